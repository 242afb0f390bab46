package io.gantry.image.admission.core;

import io.gantry.contracts.unit.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A key pair that signs as {@code cosign sign --key} does: the payload byte for byte, the signature over its bytes, base64. */
public record CosignKey(KeyPair pair) {
    /** What {@code cosign generate-key-pair} makes. */
    public static CosignKey ecdsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return new CosignKey(generator.generateKeyPair());
    }

    public static CosignKey of(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return new CosignKey(generator.generateKeyPair());
    }

    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPublic().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
    }

    public static byte[] payload(String repository, Digest manifest) {
        return payload(repository, manifest.value(), "cosign container image signature");
    }

    public static byte[] payload(String repository, String digest, String type) {
        return ("{\"critical\":{\"identity\":{\"docker-reference\":\"" + repository + "\"},\"image\":{\"docker-manifest-digest\":\"" + digest + "\"},\"type\":\"" + type + "\"},\"optional\":null}")
                .getBytes(StandardCharsets.UTF_8);
    }

    public String sign(byte[] payload) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(PublicKeys.scheme(pair.getPublic()));
        signature.initSign(pair.getPrivate());
        signature.update(payload);
        return Base64.getEncoder().encodeToString(signature.sign());
    }

    public SimpleSignature of(byte[] payload) throws GeneralSecurityException {
        return new SimpleSignature(payload, sign(payload));
    }
}
