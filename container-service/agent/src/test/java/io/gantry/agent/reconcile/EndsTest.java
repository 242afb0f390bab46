package io.gantry.agent.reconcile;

import static io.gantry.agent.reconcile.Wanted.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a container ended is remembered, over its next starts. */
class EndsTest {
    private static Exit exit(int code, int second, String... lastLines) {
        return new Exit(code, Observed.ExitReason.EXITED, NOON.plusSeconds(second), null, List.of(lastLines));
    }

    private static Held running(Held before, int restarts, int second) {
        return before.starting(1, restarts).running(new Running(Wanted.ID, 1, 42, NOON.plusSeconds(second)));
    }

    @Test
    void theLastFewAreKeptWithTheirReasonsAndLastLines() {
        Held held = Held.of(Wanted.ID);
        for (int i = 0; i < 7; i++) {
            held = running(held, i, 10 * i).exited(exit(i, 10 * i + 1, "line " + i));
        }
        assertThat(held.ends()).extracting(Observed.End::exitCode).containsExactly(2, 3, 4, 5, 6);
        assertThat(held.ends().getLast()).isEqualTo(
                new Observed.End(1, 6, NOON.plusSeconds(60), NOON.plusSeconds(61), 6, Observed.ExitReason.EXITED, null, List.of("line 6")));
    }

    @Test
    void oneThatWasHeardBeforeIsNoOther() {
        Held ended = running(Held.of(Wanted.ID), 0, 0).exited(exit(1, 5));
        Held again = ended.running(new Running(Wanted.ID, 1, 42, NOON)).exited(exit(1, 5));
        assertThat(again.ends()).hasSize(1);
    }

    @Test
    void whatCouldNotBeStartedIsAnEndToo() {
        Held held = Held.of(Wanted.ID).starting(1, 0).failed(new Observed.Failure("exec", 2, "/none was not found", ""), NOON);
        assertThat(held.ends()).containsExactly(new Observed.End(1, 0, null, NOON, null, null, "exec: /none was not found", List.of()));
    }

    @Test
    void oneThatItsHealthCheckEndedSaysSo() {
        Held held = running(Held.of(Wanted.ID), 0, 0).givenUp().stopping(NOON, "SIGTERM", Duration.ZERO).exited(exit(143, 5));
        assertThat(held.ends()).extracting(Observed.End::reason).containsExactly(Observed.ExitReason.UNHEALTHY);
    }
}
