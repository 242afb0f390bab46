package io.gantry.image.admission.core;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys as cosign writes them: SubjectPublicKeyInfo in PEM (RFC 7468, section 13). */
public final class PublicKeys {
    private static final Pattern PEM = Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----\\s*([A-Za-z0-9+/=\\s]+?)\\s*-----END PUBLIC KEY-----\\s*");
    private static final int LEAST_RSA_BITS = 2048;
    private static final int P256_BITS = 256;

    private PublicKeys() {}

    /** @throws IllegalArgumentException with why it isn't one that can be used */
    public static PublicKey read(String pem) {
        Matcher form = PEM.matcher(pem);
        if (!form.matches()) {
            throw new IllegalArgumentException("it isn't one public key in PEM, beginning with -----BEGIN PUBLIC KEY-----");
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(form.group(1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it has no base64 between its lines", e);
        }
        for (String algorithm : List.of("EC", "Ed25519", "RSA")) {
            try {
                return usable(KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded)));
            } catch (GeneralSecurityException e) {
                // of another kind
            }
        }
        throw new IllegalArgumentException("it is no key of ECDSA, Ed25519 or RSA");
    }

    private static PublicKey usable(PublicKey key) {
        if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
            throw new IllegalArgumentException("an RSA key has at least " + LEAST_RSA_BITS + " bits, and this one " + rsa.getModulus().bitLength());
        }
        if (key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() < P256_BITS) {
            throw new IllegalArgumentException("an ECDSA key has at least " + P256_BITS + " bits");
        }
        return key;
    }

    /** By which cosign signs with such a key: always with SHA-256, and RSA by PKCS #1 v1.5. */
    static String scheme(PublicKey key) {
        return switch (key) {
            case ECPublicKey _ -> "SHA256withECDSA";
            case EdECPublicKey _ -> "Ed25519";
            case RSAPublicKey _ -> "SHA256withRSA";
            default -> throw new IllegalArgumentException("there is no scheme for " + key.getAlgorithm());
        };
    }
}
