package io.gantry.agent.execute;

import io.gantry.kernel.process.WaitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What a monitor wrote of its container's end: {@code <wait status> <started ns> <exited ns> <pid>}. */
record ExitFile(WaitStatus status, Instant startedAt, Instant at) {
    private static final int FIELDS = 4;
    private static final System.Logger LOG = System.getLogger(ExitFile.class.getName());

    /** Empty if it isn't there, or doesn't say how the container ended: on a full disk a monitor can only tell that it did. */
    static Optional<ExitFile> read(Path path) {
        try {
            Optional<ExitFile> found = parse(Files.readString(path));
            if (found.isEmpty()) {
                LOG.log(Level.WARNING, "{0} does not say how its container ended; was the disk full?", path);
            }
            return found;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<ExitFile> parse(String text) {
        String[] fields = text.strip().split(" ");
        if (fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new ExitFile(
                            new WaitStatus(Integer.parseInt(fields[0])),
                            Instant.ofEpochSecond(0, Long.parseLong(fields[1])),
                            Instant.ofEpochSecond(0, Long.parseLong(fields[2]))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** In place of a monitor that can't any more: readers of the log end by this file. */
    void write(Path path) {
        ContainerRecords.write(path, "%d %d %d 0%n".formatted(status.raw(), nanos(startedAt), nanos(at)));
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
