package io.gantry.container.pki;

import io.gantry.contracts.view.ClientCertificateRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** Signs certificates. What a certificate says of its holder is decided here, never taken from a request. */
public final class CertificateAuthority {
    static final Duration CA_LIFE = Duration.ofDays(3650);
    static final Duration LEAF_LIFE = Duration.ofDays(825);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final X500Name NAME = new X500Name("CN=Gantry CA");
    private static final SecureRandom RANDOM = new SecureRandom();
    private final X509Certificate certificate;
    private final PrivateKey key;

    CertificateAuthority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    public static CertificateAuthority load(Path folder) throws IOException {
        return new CertificateAuthority(
                PemFiles.certificate(folder.resolve(PkiBootstrap.CA_CERTIFICATE)),
                PemFiles.key(folder.resolve(PkiBootstrap.CA_KEY)));
    }

    static CertificateAuthority create(KeyPair keys, Instant now) {
        X509Certificate certificate = sign(NAME, keys.getPublic(), NAME, keys.getPrivate(), now, CA_LIFE, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        });
        return new CertificateAuthority(certificate, keys.getPrivate());
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** @param uri who it is, {@code gantry://…}; {@code names} what it may be reached by */
    X509Certificate issue(String commonName, PublicKey holder, String uri, List<GeneralName> names, Instant now) {
        GeneralName[] all = new GeneralName[names.size() + 1];
        all[0] = new GeneralName(GeneralName.uniformResourceIdentifier, uri);
        for (int i = 0; i < names.size(); i++) {
            all[i + 1] = names.get(i);
        }
        return leaf(commonName, holder, new GeneralNames(all), LEAF_LIFE, now, KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
    }

    /** @param life {@code null} is the longest there is; nobody's is longer */
    X509Certificate issueForClient(String token, PublicKey holder, Duration life, Instant now) {
        Duration good = life == null || life.compareTo(LEAF_LIFE) > 0 ? LEAF_LIFE : life;
        GeneralNames name = new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, ClientCertificateRequest.URI + token));
        return leaf("gantry client", holder, name, good, now, KeyPurposeId.id_kp_clientAuth);
    }

    private X509Certificate leaf(String commonName, PublicKey holder, GeneralNames names, Duration life, Instant now, KeyPurposeId... purposes) {
        return sign(new X500Name("CN=" + commonName), holder, NAME, key, now, life, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(Extension.subjectAlternativeName, false, names);
        });
    }

    /**
     * A node's certificate for the key in a PKCS#10 request.
     *
     * @throws IllegalArgumentException if it is no request, or not signed by that key
     */
    public X509Certificate issueForRequest(String pem, String node, Instant now) {
        try {
            var request = new JcaPKCS10CertificationRequest(new PKCS10CertificationRequest(PemFiles.decode(pem)));
            var verifier = new JcaContentVerifierProviderBuilder().build(request.getPublicKey());
            if (!request.isSignatureValid(verifier)) {
                throw new IllegalArgumentException("the certificate request isn't signed by its own key");
            }
            return issue(node, request.getPublicKey(), PkiBootstrap.NODE_URI + node, List.of(), now);
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new IllegalArgumentException("that is no certificate request: " + e.getMessage(), e);
        }
    }

    private interface Extensions {
        void addTo(X509v3CertificateBuilder builder) throws IOException;
    }

    private static X509Certificate sign(
            X500Name subject, PublicKey holder, X500Name issuer, PrivateKey signer, Instant now, Duration life, Extensions extensions) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(127, RANDOM),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(life)),
                    subject,
                    holder);
            extensions.addTo(builder);
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, new JcaX509ExtensionUtils().createSubjectKeyIdentifier(holder));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("can't sign the certificate of " + subject, e);
        }
    }
}
