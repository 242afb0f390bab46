package io.gantry.gateway.docker;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Who a certificate of the installation's own authority is: the URI among its names. */
final class Certificates {
    private static final int SAN_URI = 6;

    private Certificates() {}

    /** @param prefix {@code gantry://node/}; empty for one of another kind */
    static Optional<String> named(SSLSession session, String prefix) {
        try {
            if (session == null || !(session.getPeerCertificates()[0] instanceof X509Certificate certificate)) {
                return Optional.empty();
            }
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Optional.empty()
                    : names.stream()
                            .filter(name -> name.getFirst().equals(SAN_URI) && name.get(1).toString().startsWith(prefix))
                            .map(name -> name.get(1).toString().substring(prefix.length()))
                            .findFirst();
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return Optional.empty();
        }
    }
}
