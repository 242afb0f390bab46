package io.gantry.gateway.stream;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads CRI log lines, {@code <RFC3339Nano> <stdout|stderr> <F|P> <text>\n}, from chunks that end anywhere
 * (Kubernetes' design proposal "CRI: Log management for container stdout/stderr streams").
 */
public final class CriLines {
    private static final int LONGEST = 1 << 20;
    private static final byte[] STDOUT = "stdout".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STDERR = "stderr".getBytes(StandardCharsets.US_ASCII);
    private Buffer rest = Buffer.buffer();

    /** @throws IllegalStateException for what is not a log line */
    public List<LogLine> read(Buffer chunk) {
        Buffer all = rest.length() == 0 ? chunk : rest.appendBuffer(chunk);
        byte[] bytes = all.getBytes();
        List<LogLine> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(line(bytes, from, i));
                from = i + 1;
            }
        }
        if (bytes.length - from > LONGEST) {
            throw new IllegalStateException("a log line is longer than " + LONGEST + " bytes");
        }
        rest = Buffer.buffer(Arrays.copyOfRange(bytes, from, bytes.length));
        return lines;
    }

    private static LogLine line(byte[] bytes, int from, int to) {
        int first = space(bytes, from, to);
        int second = space(bytes, first + 1, to);
        int third = second + 2;
        if (third > to || third < to && bytes[third] != ' ') {
            throw notALine(bytes, from, to);
        }
        LogLine.Source source;
        if (Arrays.equals(bytes, first + 1, second, STDOUT, 0, STDOUT.length)) {
            source = LogLine.Source.STDOUT;
        } else if (Arrays.equals(bytes, first + 1, second, STDERR, 0, STDERR.length)) {
            source = LogLine.Source.STDERR;
        } else {
            throw notALine(bytes, from, to);
        }
        return new LogLine(bytes, from, first, source, bytes[second + 1] == 'F', Math.min(third + 1, to), to);
    }

    private static int space(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ' ') {
                return i;
            }
        }
        throw notALine(bytes, from, to);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static IllegalStateException notALine(byte[] bytes, int from, int to) {
        return new IllegalStateException("not a log line: '" + text(bytes, Math.max(0, from), Math.min(to, from + 80)) + "'");
    }
}
