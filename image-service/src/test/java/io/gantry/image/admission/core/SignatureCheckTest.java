package io.gantry.image.admission.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.unit.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureCheckTest {
    private static final Digest IMAGE = Digest.ofHex("ab".repeat(32));
    private static final Digest OTHER = Digest.ofHex("cd".repeat(32));
    private static final byte[] PAYLOAD = CosignKey.payload("shop/web", IMAGE);

    /** A signature that openssl made with a P-256 key, over the payload as cosign writes it: not by the code that reads it. */
    private static final String OPENSSL_KEY = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpbMh/bNXMuV0TNBeMQ/VSmZoNAMtFiqFEyPSO3bsTxN1RPDOyFVkLQD0J35ch5o5Ajil6N3gjQ8kIlubSda/EA==";

    private static final String OPENSSL_SIGNATURE = "MEUCIE0aPpIDn1py7Cqk38YodwmFhgAmeUtIh843NsFVniUKAiEAq30RqJU6ZmLEmnw+K44HDP2uD33Zr4P8tarnOlH6on0=";

    @Test
    void takesWhatOpensslSigned() {
        String pem = "-----BEGIN PUBLIC KEY-----\n" + OPENSSL_KEY + "\n-----END PUBLIC KEY-----\n";
        assertThat(why(IMAGE, new SimpleSignature(PAYLOAD, OPENSSL_SIGNATURE), pem)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "Ed25519, 0", "RSA, 2048"})
    void takesWhatAKeyOfAnyKindSigned(String algorithm, int bits) throws Exception {
        CosignKey key = CosignKey.of(algorithm, bits);
        assertThat(why(IMAGE, key.of(PAYLOAD), key.pem())).isNull();
    }

    @Test
    void oneOfSeveralKeysAndOneOfSeveralSignaturesIsEnough() throws Exception {
        CosignKey trusted = CosignKey.ecdsa();
        CosignKey other = CosignKey.of("Ed25519", 0);
        List<SimpleSignature> both = List.of(other.of(PAYLOAD), trusted.of(PAYLOAD));
        assertThat(SignatureCheck.of(IMAGE, both, List.of(CosignKey.ecdsa().pem(), trusted.pem())).signed()).isTrue();
    }

    @Test
    void refusesWhatIsntSigned() throws Exception {
        assertThat(SignatureCheck.of(IMAGE, List.of(), List.of(CosignKey.ecdsa().pem()))).isEqualTo(new SignatureCheck.Outcome(false, "it isn't signed"));
    }

    @Test
    void refusesAnotherKeysSignature() throws Exception {
        assertThat(why(IMAGE, CosignKey.ecdsa().of(PAYLOAD), CosignKey.ecdsa().pem())).isEqualTo("its signature doesn't count: it was made by another key, or of another payload");
    }

    @Test
    void refusesASignatureOfAnotherImage() throws Exception {
        CosignKey key = CosignKey.ecdsa();
        assertThat(why(IMAGE, key.of(CosignKey.payload("shop/web", OTHER)), key.pem())).isEqualTo("its signature doesn't count: its payload speaks of another image, " + OTHER);
    }

    @Test
    void refusesAChangedPayload() throws Exception {
        CosignKey key = CosignKey.ecdsa();
        String signature = key.sign(CosignKey.payload("shop/web", OTHER));
        assertThat(why(IMAGE, new SimpleSignature(PAYLOAD, signature), key.pem())).contains("by another key, or of another payload");
    }

    @Test
    void refusesWhatIsCutOff() throws Exception {
        CosignKey key = CosignKey.ecdsa();
        SimpleSignature whole = key.of(PAYLOAD);
        byte[] signature = Base64.getDecoder().decode(whole.signature());
        for (int length = 0; length < signature.length; length++) {
            String cut = Base64.getEncoder().encodeToString(Arrays.copyOf(signature, length));
            assertThat(why(IMAGE, new SimpleSignature(PAYLOAD, cut), key.pem())).isNotNull();
        }
        for (int length = 0; length < PAYLOAD.length; length++) {
            assertThat(why(IMAGE, new SimpleSignature(Arrays.copyOf(PAYLOAD, length), whole.signature()), key.pem())).isNotNull();
        }
        assertThat(why(IMAGE, new SimpleSignature(PAYLOAD, whole.signature() + "!"), key.pem())).endsWith("it is no base64");
    }

    @Test
    void refusesWhatIsSignedAndSpeaksOfSomethingElse() throws Exception {
        CosignKey key = CosignKey.ecdsa();
        assertThat(why(IMAGE, key.of(CosignKey.payload("shop/web", IMAGE.value(), "atomic container signature")), key.pem())).endsWith("its payload isn't a 'cosign container image signature'");
        assertThat(why(IMAGE, key.of("not json".getBytes(StandardCharsets.UTF_8)), key.pem())).endsWith("its payload is no JSON");
        assertThat(why(IMAGE, key.of("[]".getBytes(StandardCharsets.UTF_8)), key.pem())).endsWith("its payload isn't a 'cosign container image signature'");
        assertThat(why(IMAGE, key.of(CosignKey.payload("shop/web", "latest", "cosign container image signature")), key.pem())).endsWith("its payload speaks of another image");
    }

    @Test
    void aKeyThatCantBeGoneByIsRefusedWithTheReason() throws Exception {
        String weak = CosignKey.of("RSA", 1024).pem();
        assertThatThrownBy(() -> PublicKeys.read(weak)).hasMessage("an RSA key has at least 2048 bits, and this one 1024");
        String agreement = CosignKey.of("X25519", 0).pem();
        assertThatThrownBy(() -> PublicKeys.read(agreement)).hasMessage("it is no key of ECDSA, Ed25519 or RSA");
        assertThatThrownBy(() -> PublicKeys.read("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")).hasMessageContaining("it isn't one public key in PEM");
        assertThatThrownBy(() -> PublicKeys.read(agreement + agreement)).hasMessageContaining("it isn't one public key in PEM");
        assertThatThrownBy(() -> PublicKeys.read("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")).hasMessage("it is no key of ECDSA, Ed25519 or RSA");
    }

    private static String why(Digest image, SimpleSignature signature, String pem) {
        return SignatureCheck.of(image, List.of(signature), List.of(pem)).why();
    }
}
