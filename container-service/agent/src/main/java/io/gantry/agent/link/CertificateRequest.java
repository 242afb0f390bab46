package io.gantry.agent.link;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A PKCS#10 request (RFC 2986) for a P-256 key, written out in DER: Java has no public class for it. */
record CertificateRequest(String pem, String keyPem) {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0c;
    private static final int NO_ATTRIBUTES = 0xa0;

    /** 2.5.4.3, id-at-commonName (RFC 5280, appendix A.1). */
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};

    /** 1.2.840.10045.4.3.2, ecdsa-with-SHA256 (RFC 5758, section 3.2). */
    private static final byte[] ECDSA_WITH_SHA256 = {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02};

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    static CertificateRequest create(String commonName) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return of(commonName, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't make a P-256 key", e);
        }
    }

    /** For a key that is there already. */
    static CertificateRequest of(String commonName, KeyPair keys) {
        try {
            byte[] info = of(
                    SEQUENCE,
                    of(INTEGER, new byte[] {0}),
                    name(commonName),
                    keys.getPublic().getEncoded(),
                    of(NO_ATTRIBUTES));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(info);
            byte[] request = of(
                    SEQUENCE, info, of(SEQUENCE, ECDSA_WITH_SHA256), of(BIT_STRING, new byte[] {0}, signature.sign()));
            return new CertificateRequest(
                    pem("CERTIFICATE REQUEST", request), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't sign with a P-256 key", e);
        }
    }

    private static byte[] name(String commonName) {
        byte[] text = of(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        return of(SEQUENCE, of(SET, of(SEQUENCE, COMMON_NAME, text)));
    }

    /** Tag, length, contents (X.690, section 8.1). */
    private static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            contents.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = contents.size();
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(contents.toByteArray());
        return out.toByteArray();
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
