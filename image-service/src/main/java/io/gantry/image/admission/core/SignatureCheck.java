package io.gantry.image.admission.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether one of some keys has signed an image, as cosign does with a key pair: the signature is over the payload's bytes, and the payload names the manifest.
 * The name that the payload gives the image isn't looked at, as the specification has it. What a log of signatures or a certificate would say isn't asked.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">Cosign Signature Specifications</a>
 */
public final class SignatureCheck {
    private static final String TYPE = "cosign container image signature";

    /** @param why it isn't signed; {@code null} if it is */
    public record Outcome(boolean signed, String why) {}

    private SignatureCheck() {}

    /** @param keys in PEM, each one that {@link PublicKeys} reads */
    public static Outcome of(Digest manifest, List<SimpleSignature> signatures, List<String> keys) {
        if (signatures.isEmpty()) {
            return new Outcome(false, "it isn't signed");
        }
        List<PublicKey> trusted = keys.stream().map(PublicKeys::read).toList();
        Set<String> reasons = new TreeSet<>();
        for (SimpleSignature each : signatures) {
            String why = wrong(manifest, each, trusted);
            if (why == null) {
                return new Outcome(true, null);
            }
            reasons.add(why);
        }
        String count = signatures.size() == 1 ? "its signature doesn't count: " : "none of its " + signatures.size() + " signatures counts: ";
        return new Outcome(false, count + String.join("; ", reasons));
    }

    /** First the signature, so that nothing is said of a payload that anybody could have written. */
    private static String wrong(Digest manifest, SimpleSignature signature, List<PublicKey> trusted) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(signature.signature());
        } catch (IllegalArgumentException e) {
            return "it is no base64";
        }
        if (trusted.stream().noneMatch(key -> verifies(key, signature.payload(), bytes))) {
            return "it was made by another key, or of another payload";
        }
        JsonNode payload;
        try {
            payload = Json.read(new String(signature.payload(), StandardCharsets.UTF_8), JsonNode.class);
        } catch (IllegalArgumentException e) {
            return "its payload is no JSON";
        }
        JsonNode critical = payload.path("critical");
        if (!critical.path("type").asText().equals(TYPE)) {
            return "its payload isn't a '" + TYPE + "'";
        }
        String named = critical.path("image").path("docker-manifest-digest").asText();
        return named.equals(manifest.value()) ? null : "its payload speaks of another image" + (Digest.isDigest(named) ? ", " + named : "");
    }

    private static boolean verifies(PublicKey key, byte[] payload, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(PublicKeys.scheme(key));
            verifier.initVerify(key);
            verifier.update(payload);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // it hasn't the form that this kind of key makes
            return false;
        }
    }
}
