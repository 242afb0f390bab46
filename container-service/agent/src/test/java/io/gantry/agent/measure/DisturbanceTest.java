package io.gantry.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed.Awaited;
import io.gantry.contracts.state.Observed.Disturber;
import io.gantry.contracts.view.PressureView;
import io.gantry.contracts.view.PressureView.Cause;
import io.gantry.contracts.view.PressureView.Kind;
import io.gantry.contracts.view.PressureView.Lost;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisturbanceTest {
    private static final ContainerId VICTIM = new ContainerId("a".repeat(64));
    private static final ContainerId NOISE = new ContainerId("b".repeat(64));
    private static final Lost NOTHING = new Lost(0, 0, List.of());

    private static Cause of(Kind kind, double percent) {
        return new Cause(kind, kind == Kind.CONTAINER ? NOISE : null, kind == Kind.CONTAINER ? "batch" : "", percent);
    }

    private static PressureView view(Lost io) {
        return new PressureView(VICTIM, "db", Instant.EPOCH, 2000, NOTHING, NOTHING, io);
    }

    /** Ten percent of the time must be lost to others, whatever is lost to its limit and itself besides. */
    @ParameterizedTest
    @CsvSource({"80, 71, 29, true", "10, 100, 0, true", "9.9, 100, 0, false", "50, 20, 80, true", "50, 19, 81, false", "100, 0, 100, false", "0, 0, 0, false"})
    void whatOthersTakeCounts(double percent, double byOther, double byItself, boolean told) {
        Lost lost = new Lost(20 * percent, percent, List.of(of(Kind.CONTAINER, byOther), of(Kind.ITSELF, byItself)));
        assertThat(Disturbance.of(Awaited.IO, view(lost)).isPresent()).isEqualTo(told);
    }

    @Test
    void itsOwnLimitIsNobodysDisturbing() {
        assertThat(Disturbance.of(Awaited.IO, view(new Lost(2000, 100, List.of(of(Kind.OWN_LIMIT, 100)))))).isEmpty();
    }

    @Test
    void theOthersAreNamedAndNotItself() {
        Lost lost = new Lost(1600, 80, List.of(of(Kind.CONTAINER, 71), of(Kind.ITSELF, 19), of(Kind.HOST, 10)));
        var what = Disturbance.of(Awaited.IO, view(lost)).orElseThrow();
        assertThat(what.resource()).isEqualTo(Awaited.IO);
        assertThat(what.percent()).isEqualTo(80);
        assertThat(what.millis()).isEqualTo(2000);
        assertThat(what.by()).containsExactly(new Disturber(NOISE, "batch", 71), new Disturber(null, "", 10));
    }

    @Test
    void atMostFiveAreNamed() {
        Lost lost = new Lost(2000, 100, IntStream.range(0, 20).mapToObj(i -> of(Kind.CONTAINER, 5)).toList());
        assertThat(Disturbance.of(Awaited.IO, view(lost)).orElseThrow().by()).hasSize(5);
    }

    @Test
    void restsByItselfForEachContainerAndThing() {
        Rests rests = new Rests(Duration.ofMinutes(1));
        Rests.Waiting cpu = new Rests.Waiting(VICTIM, Awaited.CPU);
        // a clock that only goes on may be anywhere, even about to overflow
        long now = Long.MAX_VALUE - 10;
        rests.begin(cpu, now);
        assertThat(rests.over(cpu, now + Duration.ofSeconds(59).toNanos())).isFalse();
        assertThat(rests.over(cpu, now + Duration.ofSeconds(60).toNanos())).isTrue();
        assertThat(rests.over(new Rests.Waiting(VICTIM, Awaited.IO), now)).isTrue();
        assertThat(rests.over(new Rests.Waiting(NOISE, Awaited.CPU), now)).isTrue();
    }

    @Test
    void whatRunsNoMoreIsForgotten() {
        Rests rests = new Rests(Duration.ofMinutes(1));
        Rests.Waiting cpu = new Rests.Waiting(VICTIM, Awaited.CPU);
        rests.begin(cpu, 0);
        rests.keepOnly(Set.of(VICTIM));
        assertThat(rests.over(cpu, 1)).isFalse();
        rests.keepOnly(Set.of(NOISE));
        assertThat(rests.over(cpu, 1)).isTrue();
    }
}
