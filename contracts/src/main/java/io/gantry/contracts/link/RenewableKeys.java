package io.gantry.contracts.link;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The key by which a node or a service proves who it is, with the certificate that its file holds: from the next handshake on another one of the same key, once the file has been replaced. For clients
 * and servers. Thread-safe.
 */
public final class RenewableKeys extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";
    private static final String TYPE = "EC";
    private final Path certificate;
    private final PrivateKey key;
    private volatile Held held;

    /** @param written when the file was, that it was read from */
    private record Held(FileTime written, List<X509Certificate> chain) {}

    /**
     * @param certificate a chain in PEM, replaced whole
     * @param key EC, in PEM (PKCS #8), without a password; read once
     */
    public RenewableKeys(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = privateKey(key);
        this.held = read();
    }

    /** What its file holds now. */
    public X509Certificate certificate() {
        return chain().getFirst();
    }

    public KeyPair pair() {
        return new KeyPair(certificate().getPublicKey(), key);
    }

    private List<X509Certificate> chain() {
        try {
            if (!Files.getLastModifiedTime(certificate).equals(held.written())) {
                held = read();
            }
        } catch (IOException e) {
            // it is replaced as a whole; whoever took it away has not taken what we have read
        }
        return held.chain();
    }

    private Held read() throws IOException {
        FileTime written = Files.getLastModifiedTime(certificate);
        return new Held(written, chain(Files.readAllBytes(certificate), certificate.toString()));
    }

    /**
     * @param pem of one or more certificates
     * @param where for the error
     */
    public static List<X509Certificate> chain(byte[] pem, String where) throws IOException {
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream().map(X509Certificate.class::cast).toList();
            if (chain.isEmpty()) {
                throw new IOException(where + " holds no certificate");
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IOException(where + " is no certificate: " + e.getMessage(), e);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        try {
            String body = Files.readString(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
            return KeyFactory.getInstance(TYPE).generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " is no private key: " + e.getMessage(), e);
        }
    }

    private static String alias(Stream<String> types) {
        return types.anyMatch(TYPE::equals) ? ALIAS : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? chain().toArray(X509Certificate[]::new) : null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? key : null;
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
        return alias(Stream.of(types));
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
        return alias(Stream.of(type));
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
        return alias(Stream.of(types));
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
        return alias(Stream.of(type));
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
        return new String[] {ALIAS};
    }
}
