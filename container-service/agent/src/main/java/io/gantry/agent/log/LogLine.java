package io.gantry.agent.log;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;

/**
 * One entry of a log in the CRI format as the monitor writes it: {@code 2026-01-02T03:04:05.678901234Z stdout F text}. It looks into its
 * reader's block: good until that is asked for the next entry.
 */
public final class LogLine {
    public enum Stream {
        STDOUT,
        STDERR
    }

    /** All before the text has one width. */
    private static final int STAMP = 30;

    private static final int TAG = 38;
    private static final int TEXT = 40;

    private final byte[] block;
    private final int from;
    private final int to;

    private LogLine(byte[] block, int from, int to) {
        this.block = block;
        this.from = from;
        this.to = to;
    }

    /**
     * Empty for what is no entry: a file cut by a full disk or a crash.
     *
     * @param to the line's end, which isn't part of it
     */
    static Optional<LogLine> parse(byte[] block, int from, int to) {
        boolean entry =
                to - from >= TEXT
                        && block[from + STAMP - 1] == 'Z'
                        && block[from + STAMP] == ' '
                        && (block[from + 34] == 'o' || block[from + 34] == 'e')
                        && block[from + TAG - 1] == ' '
                        && (block[from + TAG] == 'F' || block[from + TAG] == 'P')
                        && block[from + TEXT - 1] == ' ';
        return entry ? Optional.of(new LogLine(block, from, to)) : Optional.empty();
    }

    public Instant at() {
        long day = LocalDate.of(number(0, 4), number(5, 2), number(8, 2)).toEpochDay();
        return Instant.ofEpochSecond(day * 86_400 + number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2), number(20, 9));
    }

    private int number(int at, int digits) {
        int value = 0;
        for (int i = from + at; i < from + at + digits; i++) {
            value = value * 10 + block[i] - '0';
        }
        return value;
    }

    public Stream stream() {
        return block[from + 34] == 'e' ? Stream.STDERR : Stream.STDOUT;
    }

    /** False for a part of a longer line, after which no line's end follows. */
    public boolean whole() {
        return block[from + TAG] == 'F';
    }

    /** As the container wrote it, without line's end; any bytes. */
    public byte[] text() {
        return Arrays.copyOfRange(block, from + TEXT, to);
    }

    /** What the container wrote, with its line's end if it had one. */
    public byte[] output() {
        byte[] text = Arrays.copyOfRange(block, from + TEXT, whole() ? to + 1 : to);
        if (whole()) {
            text[text.length - 1] = '\n';
        }
        return text;
    }

    /** How many bytes {@link #output} has. */
    public int outputBytes() {
        return to - from - TEXT + (whole() ? 1 : 0);
    }

    /** The entry as it stands in the file, with its line's end. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(block, from, to - from);
        out.write('\n');
    }
}
