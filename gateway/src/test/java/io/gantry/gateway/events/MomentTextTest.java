package io.gantry.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTextTest {
    private static final Instant NOW = Instant.parse("2026-01-02T12:30:00Z");

    @ParameterizedTest
    @CsvSource({
        "1767357000, 2026-01-02T12:30:00Z", "1767357000.000000007, 2026-01-02T12:30:00.000000007Z", "1767357000.5, 2026-01-02T12:30:00.500Z",
        "0, 1970-01-01T00:00:00Z", "2026-01-02T12:30:00.25Z, 2026-01-02T12:30:00.250Z", "2026-01-02T14:30:00+02:00, 2026-01-02T12:30:00Z",
        "10m, 2026-01-02T12:20:00Z", "1h30m, 2026-01-02T11:00:00Z", "1.5h, 2026-01-02T11:00:00Z", "90s, 2026-01-02T12:28:30Z",
        "250ms, 2026-01-02T12:29:59.750Z", "1us, 2026-01-02T12:29:59.999999Z", "1µs, 2026-01-02T12:29:59.999999Z", "7ns, 2026-01-02T12:29:59.999999993Z",
        "0s, 2026-01-02T12:30:00Z", "720h, 2025-12-03T12:30:00Z"
    })
    void readsWhatPeopleAndClientsWrite(String text, Instant moment) {
        assertThat(MomentText.parse(text, NOW)).contains(moment);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "yesterday", "10x", "m", "10 m", "1h30", "-5m", "1767357000.0000000001", "2026-01-02", "2026-01-02T12:30:00", "2026-13-02T12:30:00Z",
        "99999999999999", "999999999999999999h", "1e9", "253402300800", "+1000000000-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z", "9999-12-31T23:59:59.5Z"
    })
    void refusesWhatIsNoMoment(String text) {
        assertThat(MomentText.parse(text, NOW)).isEmpty();
    }

    @Test
    void aSpanHoldsItsEnds() {
        Span span = new Span(NOW, NOW.plusSeconds(5));
        assertThat(span.holds(NOW.minusNanos(1))).isFalse();
        assertThat(span.holds(NOW)).isTrue();
        assertThat(span.holds(NOW.plusSeconds(5))).isTrue();
        assertThat(span.holds(NOW.plusSeconds(5).plusNanos(1))).isFalse();
        assertThat(Span.FROM_NOW.holds(Instant.EPOCH)).isTrue();
    }

    @Test
    void aSpanIsOverASecondAfterItsEndSinceFactsNeedTimeToBeTold() {
        Span span = new Span(null, NOW);
        assertThat(span.over(NOW.plusMillis(1000))).isFalse();
        assertThat(span.over(NOW.plusMillis(1001))).isTrue();
        assertThat(span.millisLeft(NOW.minusSeconds(2))).isEqualTo(3000);
        assertThat(span.millisLeft(NOW.plusSeconds(9))).isEqualTo(1);
        assertThat(Span.FROM_NOW.over(NOW)).isFalse();
    }
}
