package io.gantry.agent.execute;

import io.gantry.kernel.process.WaitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What a monitor wrote of its container's end: {@code <wait status> <started ns> <exited ns> <pid>}. */
record ExitFile(WaitStatus status, Instant startedAt, Instant at) {
    static Optional<ExitFile> read(Path path) {
        try {
            String[] fields = Files.readString(path).strip().split(" ");
            return Optional.of(
                    new ExitFile(
                            new WaitStatus(Integer.parseInt(fields[0])),
                            Instant.ofEpochSecond(0, Long.parseLong(fields[1])),
                            Instant.ofEpochSecond(0, Long.parseLong(fields[2]))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
