package io.gantry.gateway.stream;

import io.gantry.contracts.id.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** A node's certificate says which node it is: SAN URI {@code gantry://node/<node-id>}. */
final class NodeIdentity {
    private static final int SAN_URI = 6;

    /** Somebody else answers at the node's address. */
    static final class Mismatch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mismatch(String message) {
            super(message);
        }
    }

    private NodeIdentity() {}

    static void check(SSLSession session, NodeId node) {
        String wanted = "gantry://node/" + node.value();
        try {
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null || names.stream().noneMatch(name -> name.get(0).equals(SAN_URI) && wanted.equals(name.get(1)))) {
                throw new Mismatch("expected the certificate of " + wanted + ", got " + names);
            }
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            throw new Mismatch("the certificate of " + wanted + " can't be read: " + e.getMessage());
        }
    }
}
