package io.gantry.gateway.stream;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** One line of a container's log as its agent wrote it: a stretch of the bytes that were read. There are millions of them, and most are handed on as they are. */
public final class LogLine {
    public enum Source {
        STDOUT,
        STDERR
    }

    private final byte[] bytes;
    private final int begin;
    private final int timeEnd;
    private final Source source;
    private final boolean full;
    private final int textBegin;
    private final int end;

    /** The stretch from {@code begin} to {@code timeEnd} is its time, that from {@code textBegin} to {@code end} its text; the bytes don't change any more. */
    LogLine(byte[] bytes, int begin, int timeEnd, Source source, boolean full, int textBegin, int end) {
        this.bytes = bytes;
        this.begin = begin;
        this.timeEnd = timeEnd;
        this.source = source;
        this.full = full;
        this.textBegin = textBegin;
        this.end = end;
    }

    /** RFC 3339 with nanoseconds, as written. */
    public String time() {
        return new String(bytes, begin, timeLength(), StandardCharsets.US_ASCII);
    }

    int timeLength() {
        return timeEnd - begin;
    }

    void appendTime(Buffer out) {
        out.appendBytes(bytes, begin, timeLength());
    }

    public Source source() {
        return source;
    }

    /** The container ended the line itself; otherwise more of the same line follows. */
    public boolean full() {
        return full;
    }

    /** Without the line's end; what is no UTF-8 is replaced. */
    public String text() {
        return new String(bytes, textBegin, textLength(), StandardCharsets.UTF_8);
    }

    int textLength() {
        return end - textBegin;
    }

    /** Whatever their encoding. */
    void appendText(Buffer out) {
        out.appendBytes(bytes, textBegin, textLength());
    }
}
