package io.gantry.gateway.stream;

/**
 * One line of a container's log as its agent wrote it.
 *
 * @param time RFC 3339 with nanoseconds, as written
 * @param full the container ended the line itself; otherwise more of the same line follows
 * @param text the bytes, whatever their encoding, without the line's end
 */
public record LogLine(String time, Source source, boolean full, byte[] text) {
    public enum Source {
        STDOUT,
        STDERR
    }
}
