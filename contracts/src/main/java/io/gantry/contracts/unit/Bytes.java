package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;

/** A size in bytes, never negative. In JSON a number. */
public record Bytes(@JsonValue long value) implements Comparable<Bytes> {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(?:([kmgt])i?)?b?");
    public static final Bytes ZERO = new Bytes(0);

    @JsonCreator
    public Bytes {
        if (value < 0) {
            throw new IllegalArgumentException("a size can't be negative, got " + value);
        }
    }

    public static Bytes mebi(long count) {
        return new Bytes(count << 20);
    }

    /** Reads {@code 64m}, {@code 64Mi}, {@code 1.5g}, {@code 512KiB} or plain bytes; factors are powers of 1024, as in Docker. */
    public static Bytes parse(String text) {
        var match = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a size; write for example 64m or 1.5g");
        }
        int shift = match.group(2) == null ? 0 : 10 * ("kmgt".indexOf(match.group(2)) + 1);
        return new Bytes((long) (Double.parseDouble(match.group(1)) * (1L << shift)));
    }

    @Override
    public int compareTo(Bytes other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double size = value;
        int unit = 0;
        while (size >= 1024 && unit < units.length - 1) {
            size /= 1024;
            unit++;
        }
        return size == Math.rint(size)
                ? "%d %s".formatted((long) size, units[unit])
                : String.format(Locale.ROOT, "%.1f %s", size, units[unit]);
    }
}
