package io.gantry.container.pki;

import io.gantry.contracts.view.ClientCertificate;
import io.gantry.contracts.view.ClientCertificateRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Certificates for those who call the gateway, with keys that nobody else has. */
public final class ClientCertificates {
    private ClientCertificates() {}

    /** @param folder with the authority */
    public static ClientCertificate make(Path folder, ClientCertificateRequest request, Instant now) throws IOException {
        CertificateAuthority authority = CertificateAuthority.load(folder);
        KeyPair keys = PkiBootstrap.newKeys();
        X509Certificate certificate = authority.issueForClient(request.token(), keys.getPublic(), request.validFor(), now);
        return new ClientCertificate(PemFiles.encode(authority.certificate()), PemFiles.encode(certificate), PemFiles.encode(keys.getPrivate()));
    }
}
