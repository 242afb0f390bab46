package io.gantry.agent.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;

/**
 * One entry of a log in the CRI format, {@code <RFC3339Nano> <stdout|stderr> <F|P> <text>}.
 *
 * @param whole false for a part of a longer line, after which no line's end follows
 * @param text as the container wrote it, without line's end; any bytes
 * @param cri the entry as it stands in the file, without line's end
 */
public record LogLine(Instant at, Stream stream, boolean whole, byte[] text, byte[] cri) {
    public enum Stream {
        STDOUT,
        STDERR
    }

    /** What the container wrote, with its line's end if it had one. */
    public byte[] output() {
        if (!whole) {
            return text;
        }
        byte[] line = Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }

    /** Empty for what is no entry: a file cut by a full disk or a crash. */
    static Optional<LogLine> parse(byte[] entry) {
        int stamp = space(entry, 0);
        int stream = space(entry, stamp + 1);
        int tag = space(entry, stream + 1);
        if (stamp < 0 || stream < 0 || tag < 0) {
            return Optional.empty();
        }
        try {
            String name = text(entry, stamp + 1, stream);
            return Optional.of(
                    new LogLine(
                            Instant.parse(text(entry, 0, stamp)),
                            name.equals("stderr") ? Stream.STDERR : Stream.STDOUT,
                            text(entry, stream + 1, tag).equals("F"),
                            Arrays.copyOfRange(entry, tag + 1, entry.length),
                            entry));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static int space(byte[] entry, int from) {
        for (int i = Math.max(from, 0); from >= 0 && i < entry.length; i++) {
            if (entry[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    private static String text(byte[] entry, int from, int to) {
        return new String(entry, from, to - from, StandardCharsets.US_ASCII);
    }
}
