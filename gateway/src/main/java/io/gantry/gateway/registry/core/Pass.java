package io.gantry.gateway.registry.core;

import io.gantry.contracts.envelope.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a registry client shows instead of an API token: good for what it asked for, for a few minutes, and for the registry alone. It is written with an
 * HMAC over itself (RFC 2104, SHA-256), so that no gateway keeps it and each can read it: {@code gantry-pass_<what it says>.<the HMAC>}, both in base64url.
 *
 * @param token id of the API token that it was given for; it ends with that
 */
public record Pass(String token, List<Access> access, Instant until) {
    private static final String PREFIX = "gantry-pass_";
    private static final int LONGEST = 16 << 10;

    /** As it stands in a pass: Instant and sets have several forms, texts and numbers don't. */
    private record Written(String token, List<String> access, long untilSecond) {}

    public Pass {
        access = List.copyOf(access);
    }

    public static boolean isPass(String text) {
        return text.startsWith(PREFIX);
    }

    public String write(byte[] key) {
        Written written = new Written(token, access.stream().map(Access::toString).toList(), until.getEpochSecond());
        String body = base64(Json.write(written).getBytes(StandardCharsets.UTF_8));
        return PREFIX + body + "." + base64(code(key, body));
    }

    /** Empty if it wasn't written with this key; it may have ended. */
    public static Optional<Pass> read(byte[] key, String text) {
        int dot = text.indexOf('.');
        if (!isPass(text) || dot < 0 || text.length() > LONGEST) {
            return Optional.empty();
        }
        String body = text.substring(PREFIX.length(), dot);
        try {
            if (!MessageDigest.isEqual(code(key, body), Base64.getUrlDecoder().decode(text.substring(dot + 1)))) {
                return Optional.empty();
            }
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        Written written = Json.read(new String(Base64.getUrlDecoder().decode(body), StandardCharsets.UTF_8), Written.class);
        List<Access> access = written.access().stream().flatMap(one -> Access.parse(one).stream()).toList();
        return Optional.of(new Pass(written.token(), access, Instant.ofEpochSecond(written.untilSecond())));
    }

    public boolean isGoodFor(List<Access> needed) {
        return needed.stream().allMatch(one -> access.stream().anyMatch(given -> given.covers(one)));
    }

    private static byte[] code(byte[] key, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(body.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
