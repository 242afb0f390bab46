package io.gantry.kit.version;

import io.gantry.contracts.envelope.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Entity tags. */
public final class Tag {
    public static final String HEADER = "ETag";
    private static final int BYTES = 8;

    private Tag() {}

    /** Of what counts its changes. */
    public static String of(long version) {
        return quoted(Long.toString(version));
    }

    /** @param version without quotation marks, blanks and control characters */
    public static String quoted(String version) {
        return "\"" + version + "\"";
    }

    /** Of what doesn't: the same for the same JSON. */
    public static String of(Object value) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Json.write(value).getBytes(StandardCharsets.UTF_8));
            return "\"" + HexFormat.of().formatHex(hash, 0, BYTES) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
