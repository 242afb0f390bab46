package io.gantry.container.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.CertificateLife;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiBootstrapTest {
    private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");
    @TempDir Path folder;

    @Test
    void theServicesCertificateIsMadeAnewForTheSameKeyWithAThirdOfItsLifeLeft() throws Exception {
        X509Certificate first = ensured(BEGAN, "gantry.example");
        String key = Files.readString(folder.resolve(PkiBootstrap.SERVICE_KEY));
        Instant due = CertificateLife.of(first).due();
        assertThat(ensured(due.minusSeconds(1))).isEqualTo(first);
        X509Certificate next = ensured(due);
        assertThat(next.getPublicKey()).isEqualTo(first.getPublicKey());
        assertThat(CertificateLife.of(next).until()).isEqualTo(due.plus(CertificateAuthority.LEAF_LIFE));
        assertThat(next.getSubjectAlternativeNames()).asString().isEqualTo(first.getSubjectAlternativeNames().toString());
        next.verify(CertificateAuthority.load(folder).certificate().getPublicKey());
        assertThat(Files.readString(folder.resolve(PkiBootstrap.SERVICE_KEY))).isEqualTo(key);
    }

    @Test
    void whatHasEndedIsMadeAnewAsWell() throws Exception {
        X509Certificate first = ensured(BEGAN);
        Instant late = BEGAN.plus(CertificateAuthority.LEAF_LIFE).plus(Duration.ofDays(1));
        assertThat(CertificateLife.of(ensured(late)).until()).isAfter(late);
        assertThat(CertificateLife.of(first).until()).isBefore(late);
    }

    @Test
    void moreNamesAreAddedForTheSameKey() throws Exception {
        X509Certificate first = ensured(BEGAN, "one.example");
        X509Certificate next = ensured(BEGAN, "two.example");
        assertThat(next.getPublicKey()).isEqualTo(first.getPublicKey());
        assertThat(next.getSubjectAlternativeNames().stream().map(name -> name.get(1)).toList()).asString().contains("one.example", "two.example", "localhost");
    }

    private X509Certificate ensured(Instant now, String... names) throws IOException {
        new PkiBootstrap(folder, Clock.fixed(now, ZoneOffset.UTC)).ensure(List.of(names));
        return PemFiles.certificate(folder.resolve(PkiBootstrap.SERVICE_CERTIFICATE));
    }
}
