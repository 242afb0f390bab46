package io.gantry.contracts.unit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateLifeTest {
    @ParameterizedTest
    @CsvSource({"2026-01-01T00:00:00Z, 2026-01-31T00:00:00Z, 2026-01-21T00:00:00Z", "2026-01-01T00:00:00Z, 2026-01-01T00:00:03Z, 2026-01-01T00:00:02Z"})
    void isDueWithAThirdLeft(Instant from, Instant until, Instant due) {
        assertThat(new CertificateLife(from, until).due()).isEqualTo(due);
    }
}
