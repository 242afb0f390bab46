package io.gantry.agent.link;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Whether the other end, whose certificate TLS has verified against our CA, is a service: nodes hold certificates of that CA too. */
public final class ServiceCertificate {
    private static final int URI = 6;
    private static final String SERVICE = "gantry://service/";
    private static final String NODE = "gantry://node/";

    private ServiceCertificate() {}

    public static boolean isPeerOf(SSLSession session) {
        return isPeer(session, SERVICE);
    }

    /** The same of another node. */
    public static boolean isPeerNode(SSLSession session) {
        return isPeer(session, NODE);
    }

    private static boolean isPeer(SSLSession session, String kind) {
        try {
            return session != null
                    && session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    && is(certificate, kind);
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    static boolean isService(X509Certificate certificate) {
        return is(certificate, SERVICE);
    }

    static boolean isNode(X509Certificate certificate) {
        return is(certificate, NODE);
    }

    private static boolean is(X509Certificate certificate, String kind) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> name.getFirst().equals(URI) && name.get(1).toString().startsWith(kind));
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
