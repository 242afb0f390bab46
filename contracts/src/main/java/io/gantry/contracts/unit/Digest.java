package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A content address, {@code sha256:<64 hex>} (OCI image spec, descriptor, "Digests"). Only sha256 is accepted. */
public record Digest(@JsonValue String value) implements Comparable<Digest> {
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    @JsonCreator
    public Digest {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a digest of the form sha256:<64 hex digits>");
        }
    }

    public static Digest ofHex(String hex) {
        return new Digest("sha256:" + hex);
    }

    public static boolean isDigest(String text) {
        return FORM.matcher(text).matches();
    }

    public String hex() {
        return value.substring(7);
    }

    @Override
    public int compareTo(Digest other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
