package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.gateway.events.Span;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DockerTimeTest {
    private static final Instant NOW = Instant.parse("2026-01-02T12:30:00Z");

    @Test
    void ofALogZeroIsNoLimit() {
        assertThat(DockerTime.parse("0", NOW)).isEmpty();
        assertThat(DockerTime.parse(null, NOW)).isEmpty();
        assertThat(DockerTime.parse("1767357000.5", NOW)).contains(NOW.plusMillis(500));
    }

    @Test
    void eventsBeginNowUnlessItIsSaid() {
        assertThat(DockerTime.span(null, null, NOW)).isEqualTo(Span.FROM_NOW);
        assertThat(DockerTime.span("10m", null, NOW)).isEqualTo(new Span(NOW.minusSeconds(600), null));
        assertThat(DockerTime.span("0", "1767357000", NOW)).isEqualTo(new Span(Instant.EPOCH, NOW));
    }

    @Test
    void withAnEndAloneAllThatIsKeptIsTold() {
        assertThat(DockerTime.span(null, "1767357000", NOW)).isEqualTo(new Span(Instant.EPOCH, NOW));
    }

    @Test
    void refusesWhatIsNoTimeAndAnEndBeforeTheBeginning() {
        assertThatThrownBy(() -> DockerTime.span("soon", null, NOW)).isInstanceOf(DockerRefusal.class).hasMessageContaining("'soon' is not a time");
        assertThatThrownBy(() -> DockerTime.span("1767357000", "1767356999", NOW))
                .isInstanceOf(DockerRefusal.class)
                .hasMessage("`since` time (1767357000) cannot be after `until` time (1767356999)");
    }
}
