package io.gantry.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A token's clear text, {@code gantry_<64 hex digits>}; never stored, never printed. */
record Secret(String value) {
    private static final String BASIC_USER = "gantry";

    static Secret random(RandomGenerator random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new Secret("gantry_" + HexFormat.of().formatHex(bytes));
    }

    /** From an {@code Authorization} header: bearer, or basic with user {@code gantry} and the token as password. */
    static Optional<Secret> from(String header) {
        if (header == null) {
            return Optional.empty();
        }
        if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.of(new Secret(header.substring(7).strip()));
        }
        if (header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return basic(header.substring(6).strip());
        }
        return Optional.empty();
    }

    private static Optional<Secret> basic(String credentials) {
        try {
            String[] parts = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8).split(":", 2);
            return parts.length == 2 && parts[0].equals(BASIC_USER) ? Optional.of(new Secret(parts[1])) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    String hash() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Secret";
    }
}
