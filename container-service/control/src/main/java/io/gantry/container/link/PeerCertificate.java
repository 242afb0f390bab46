package io.gantry.container.link;

import io.gantry.container.pki.PkiBootstrap;
import io.gantry.contracts.id.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Who is at the other end, by the certificate that TLS has verified. */
final class PeerCertificate {
    private static final int URI = 6;

    private PeerCertificate() {}

    /** Empty without a certificate, or with one that isn't a node's. */
    static Optional<NodeId> node(SSLSession session) {
        try {
            if (session == null || !(session.getPeerCertificates()[0] instanceof X509Certificate certificate)) {
                return Optional.empty();
            }
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Optional.empty()
                    : names.stream()
                            .filter(name -> name.getFirst().equals(URI))
                            .map(name -> name.get(1).toString())
                            .filter(uri -> uri.startsWith(PkiBootstrap.NODE_URI))
                            .map(uri -> new NodeId(uri.substring(PkiBootstrap.NODE_URI.length())))
                            .findFirst();
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return Optional.empty();
        }
    }
}
