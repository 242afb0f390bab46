package io.gantry.image.registry.core;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes {@code first} to {@code last}, both included, of something that has enough of them. */
public record ByteRange(long first, long last) {
    private static final Pattern HEADER = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final Pattern CONTENT = Pattern.compile("(?:bytes )?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

    /** What a {@code Range} header asks for. */
    public sealed interface Asked {
        /** No range, or one of a form that RFC 9110 lets a server ignore. */
        record Everything() implements Asked {}

        record Part(ByteRange range) implements Asked {}

        record Unsatisfiable() implements Asked {}
    }

    public long length() {
        return last - first + 1;
    }

    public static Asked of(String header, long size) {
        Matcher match = header == null ? null : HEADER.matcher(header.strip());
        if (match == null || !match.matches() || match.group(1).length() > 18 || match.group(2).length() > 18) {
            return new Asked.Everything();
        }
        if (match.group(1).isEmpty()) {
            return match.group(2).isEmpty() ? new Asked.Everything() : suffix(Long.parseLong(match.group(2)), size);
        }
        long first = Long.parseLong(match.group(1));
        long last = match.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(match.group(2)));
        boolean backwards = !match.group(2).isEmpty() && Long.parseLong(match.group(2)) < first;
        return first >= size || backwards ? new Asked.Unsatisfiable() : new Asked.Part(new ByteRange(first, last));
    }

    private static Asked suffix(long count, long size) {
        return count == 0 || size == 0
                ? new Asked.Unsatisfiable()
                : new Asked.Part(new ByteRange(Math.max(0, size - count), size - 1));
    }

    /** The {@code Content-Range} of an upload's chunk: {@code 0-1023}. */
    public static Optional<ByteRange> ofChunk(String header) {
        Matcher match = header == null ? null : CONTENT.matcher(header.strip());
        return match != null && match.matches()
                ? Optional.of(new ByteRange(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))))
                : Optional.empty();
    }
}
