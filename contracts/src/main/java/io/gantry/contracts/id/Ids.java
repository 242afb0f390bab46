package io.gantry.contracts.id;

import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** How identifiers are made and checked. Randomness and time are parameters. */
public final class Ids {
    static final Pattern HEX64 = Pattern.compile("[0-9a-f]{64}");
    private static final String UUID_FORM = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    private Ids() {}

    static Pattern kind(String kind) {
        return Pattern.compile(kind + "-" + UUID_FORM);
    }

    static void check(String type, String value, Pattern form) {
        if (value == null || !form.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    type + " must match " + form.pattern() + ", got " + (value == null ? "nothing" : "'" + value + "'"));
        }
    }

    /** 64 hex digits. */
    public static String hex64(RandomGenerator random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A version 7 UUID (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then 74 random bits. */
    public static UUID uuid7(Instant now, RandomGenerator random) {
        long high = now.toEpochMilli() << 16 | 0x7000L | random.nextLong() & 0x0fffL;
        long low = 0x8000000000000000L | random.nextLong() & 0x3fffffffffffffffL;
        return new UUID(high, low);
    }

    /** {@code <kind>-<uuidv7>}, the form of every identifier that isn't 64 hex digits. */
    public static String of(String kind, Instant now, RandomGenerator random) {
        return kind + "-" + uuid7(now, random);
    }
}
