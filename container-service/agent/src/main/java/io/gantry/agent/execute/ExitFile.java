package io.gantry.agent.execute;

import io.gantry.kernel.process.WaitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a monitor wrote of its container's end: {@code <wait status> <started ns> <exited ns> <pid>}. */
record ExitFile(WaitStatus status, Instant startedAt, Instant at) {
    private static final Pattern TEXT = Pattern.compile("^(\\d+) (\\d+) (\\d+) ");

    /** Empty if there is none, or one that a crash of the host has cut off. */
    static Optional<ExitFile> read(Path path) {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher fields = TEXT.matcher(text);
        return fields.find()
                ? Optional.of(new ExitFile(new WaitStatus(Integer.parseInt(fields.group(1))), instant(fields.group(2)), instant(fields.group(3))))
                : Optional.empty();
    }

    private static Instant instant(String nanos) {
        return Instant.ofEpochSecond(0, Long.parseLong(nanos));
    }

    /** In place of a monitor that can't any more: readers of the log end by this file. */
    void write(Path path) {
        ContainerRecords.write(path, "%d %d %d 0%n".formatted(status.raw(), nanos(startedAt), nanos(at)));
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
