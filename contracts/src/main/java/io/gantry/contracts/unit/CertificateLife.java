package io.gantry.contracts.unit;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** From when until when a certificate is good. */
public record CertificateLife(Instant from, Instant until) {
    private static final int PARTS = 3;

    public static CertificateLife of(X509Certificate certificate) {
        return new CertificateLife(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
    }

    /** When it is to be renewed: a third of it is left then for whatever keeps it from being so. */
    public Instant due() {
        return until.minus(Duration.between(from, until).dividedBy(PARTS));
    }
}
