package io.gantry.image.content;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Another name for bytes, {@code sha512:<128 hex>} (OCI image spec, descriptor, "Digests"). Here they are known by their sha256. */
public record Sha512(String value) {
    private static final Pattern FORM = Pattern.compile("sha512:[0-9a-f]{128}");

    public Sha512 {
        if (!is(value)) {
            throw new IllegalArgumentException("'" + value + "' is not a digest of the form sha512:<128 hex digits>");
        }
    }

    public static boolean is(String text) {
        return FORM.matcher(text).matches();
    }

    public static Sha512 of(byte[] data) {
        return hex(algorithm().digest(data));
    }

    public static Sha512 of(Path file) throws IOException {
        return hex(BlobWriter.fed(algorithm(), file).digest());
    }

    private static Sha512 hex(byte[] digest) {
        return new Sha512("sha512:" + HexFormat.of().formatHex(digest));
    }

    private static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
