package io.gantry.image.pki;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Whom a certificate speaks for: its subject alternative names of the kind URI (RFC 5280, 4.2.1.6). */
public final class Identities {
    /** Before a node's id. */
    public static final String NODE = "gantry://node/";

    private static final int URI = 6;

    private Identities() {}

    public static List<String> of(Certificate certificate) {
        try {
            var names = certificate instanceof X509Certificate x509 ? x509.getSubjectAlternativeNames() : null;
            return names == null
                    ? List.of()
                    : names.stream().filter(name -> name.get(0).equals(URI)).map(name -> (String) name.get(1)).toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
