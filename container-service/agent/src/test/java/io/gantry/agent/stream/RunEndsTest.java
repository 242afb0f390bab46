package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.reconcile.Held;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.ImageRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunEndsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final ContainerId ID = new ContainerId("a".repeat(64));
    private final RunEnds ends = new RunEnds();

    @Test
    void whoAttachesBeforeTheStartWaitsForTheEndOfThatStart() {
        Held created = Held.of(ID).created();
        tell(created);
        long attempt = ends.attempt(ID);
        // the streams have ended before this thread has heard of the start
        var end = ends.ended(ID, attempt);
        Held starting = created.starting(1, 0);
        tell(starting);
        Held running = starting.running(new Running(ID, 1, 42, NOON));
        tell(running);
        assertThat(end).isNotDone();
        tell(running.exited(new Exit(3, Observed.ExitReason.EXITED, NOON)));
        assertThat(end.join().outcome().exitCode()).isEqualTo(3);
    }

    @Test
    void whoAttachesToARunWaitsForItsEndOnly() {
        Held running = Held.of(ID).starting(1, 0).running(new Running(ID, 1, 42, NOON));
        tell(running);
        var end = ends.ended(ID, ends.attempt(ID));
        assertThat(end).isNotDone();
        tell(running.exited(new Exit(0, Observed.ExitReason.EXITED, NOON)));
        assertThat(end.join().outcome().exitCode()).isZero();
    }

    @Test
    void aContainerThatGoesEndsAllWaiting() {
        tell(Held.of(ID).created());
        var end = ends.ended(ID, ends.attempt(ID));
        ends.gone(ID);
        assertThat(end).isDone();
    }

    @Test
    void ofWhatIsBeingRemovedNothingIsWanted() {
        Held created = Held.of(ID).created();
        ends.changed(created, Optional.of(new Desired.Container(
                ID, "test", "web", new Owner.Person(), Desired.Life.CREATED, 0, null, ContainerSpec.of(ImageRef.parse("shop/web:1")), null, "SIGTERM",
                Duration.ofSeconds(10), 0, false)));
        assertThat(ends.wanted(ID)).isPresent();
        tell(created.removing());
        assertThat(ends.wanted(ID)).isEmpty();
    }

    @Test
    void whoLeavesWaitsNoMore() {
        tell(Held.of(ID).created());
        for (int i = 0; i < 1000; i++) {
            ends.ended(ID, ends.attempt(ID)).cancel(false);
        }
        var end = ends.ended(ID, ends.attempt(ID));
        assertThat(ends.waiting()).isEqualTo(1);
        tell(Held.of(ID).starting(1, 0).failed(new Observed.Failure("port", 98, "8080 is taken", ""), NOON));
        assertThat(end).isDone();
        assertThat(ends.waiting()).isZero();
    }

    @Test
    void whoAsksBeforeTheNodeHasHeardOfItGetsItThen() {
        var asked = ends.known(ID, Duration.ofMinutes(1));
        assertThat(asked).isNotDone();
        Held created = Held.of(ID).created();
        tell(created);
        assertThat(asked).isCompletedWithValue(created);
        assertThat(ends.known(ID, Duration.ofMinutes(1))).isCompletedWithValue(created);
    }

    @Test
    void whatNeverComesIsGivenUp() {
        assertThat(ends.known(ID, Duration.ofMillis(1)).join()).isNull();
    }

    private void tell(Held held) {
        ends.changed(held, Optional.empty());
    }
}
