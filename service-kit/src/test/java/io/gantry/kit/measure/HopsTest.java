package io.gantry.kit.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HopsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Hops hops = new Hops("network-service", registry);

    @Test
    void countsAFactsAgeWhenItsEffectIsCommitted() {
        hops.effected(NOON, NOON.plusMillis(40));
        assertThat(effect().count()).isEqualTo(1);
        assertThat(effect().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(40);
    }

    @Test
    void aClockAheadOfOursCountsAsNoTime() {
        hops.effected(NOON.plusSeconds(1), NOON);
        assertThat(effect().count()).isEqualTo(1);
        assertThat(effect().totalTime(TimeUnit.MILLISECONDS)).isZero();
    }

    private Timer effect() {
        return registry.get("gantry.hop.effect").tag("service", "network-service").timer();
    }
}
