package io.gantry.kit.version;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gantry.contracts.envelope.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Entity tags. */
public final class Tag {
    public static final String HEADER = "ETag";
    private static final int BYTES = 8;
    private static final ObjectWriter SORTED = Json.mapper().writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private Tag() {}

    /** Of what counts its changes. */
    public static String of(long version) {
        return quoted(Long.toString(version));
    }

    /** @param version without quotation marks, blanks and control characters */
    public static String quoted(String version) {
        return "\"" + version + "\"";
    }

    /** Of what doesn't: the same for the same JSON, whichever process asks and in whatever order its maps are. */
    public static String of(Object value) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(SORTED.writeValueAsBytes(value));
            return "\"" + HexFormat.of().formatHex(hash, 0, BYTES) + "\"";
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("can't be written as JSON: " + e.getOriginalMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
