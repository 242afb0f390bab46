package io.gantry.agent.link;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Whether the other end, whose certificate TLS has verified against our CA, is a service: nodes hold certificates of that CA too. */
public final class ServiceCertificate {
    private static final int URI = 6;
    private static final String SERVICE = "gantry://service/";

    private ServiceCertificate() {}

    public static boolean isPeerOf(SSLSession session) {
        try {
            return session != null
                    && session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    && isService(certificate);
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    static boolean isService(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(ServiceCertificate::isServiceUri);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static boolean isServiceUri(List<?> name) {
        return name.getFirst().equals(URI) && name.get(1).toString().startsWith(SERVICE);
    }
}
