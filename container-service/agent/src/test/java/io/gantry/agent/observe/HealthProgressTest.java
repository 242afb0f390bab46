package io.gantry.agent.observe;

import static io.gantry.contracts.state.Observed.Health.Status.HEALTHY;
import static io.gantry.contracts.state.Observed.Health.Status.STARTING;
import static io.gantry.contracts.state.Observed.Health.Status.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HealthProgressTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Answer GOOD = new Answer(true, 0, "fine");
    private static final Answer BAD = new Answer(false, 3, "broken");
    private static final HealthCheck CHECK =
            HealthCheck.effective(HealthCheck.command("true").at(Duration.ofSeconds(30), null, 2).starting(Duration.ofSeconds(60), Duration.ofSeconds(5)), null)
                    .orElseThrow();

    private static HealthProgress tell(HealthProgress progress, int afterSeconds, Answer answer) {
        return progress.after(answer, NOON.plusSeconds(afterSeconds));
    }

    @Test
    void badAnswersDoNotCountWhileItStarts() {
        HealthProgress progress = HealthProgress.begin(CHECK, NOON);
        assertThat(progress.health().status()).isEqualTo(STARTING);
        assertThat(progress.pause(NOON)).isEqualTo(Duration.ofSeconds(5));
        progress = tell(tell(tell(progress, 5, BAD), 10, BAD), 59, BAD);
        assertThat(progress.health()).isEqualTo(new Observed.Health(STARTING, 0, 3, "broken", NOON.plusSeconds(59)));
        progress = tell(progress, 60, BAD);
        assertThat(progress.health().failingStreak()).isEqualTo(1);
        assertThat(progress.pause(NOON.plusSeconds(60))).isEqualTo(Duration.ofSeconds(30));
        assertThat(tell(progress, 90, BAD).health().status()).isEqualTo(UNHEALTHY);
    }

    @Test
    void theFirstGoodAnswerEndsTheStart() {
        HealthProgress progress = tell(HealthProgress.begin(CHECK, NOON), 5, GOOD);
        assertThat(progress.health().status()).isEqualTo(HEALTHY);
        assertThat(progress.pause(NOON.plusSeconds(5))).isEqualTo(Duration.ofSeconds(30));
        progress = tell(progress, 10, BAD);
        assertThat(progress.health().status()).as("one is not enough").isEqualTo(HEALTHY);
        progress = tell(progress, 15, BAD);
        assertThat(progress.health().status()).as("within the start period, which is over").isEqualTo(UNHEALTHY);
    }

    @Test
    void oneGoodAnswerHeals() {
        HealthProgress progress = tell(tell(HealthProgress.begin(CHECK, NOON), 61, BAD), 91, BAD);
        assertThat(progress.health().status()).isEqualTo(UNHEALTHY);
        assertThat(tell(progress, 121, BAD).health().failingStreak()).isEqualTo(3);
        assertThat(tell(progress, 121, GOOD).health()).isEqualTo(new Observed.Health(HEALTHY, 0, 0, "fine", NOON.plusSeconds(121)));
    }
}
