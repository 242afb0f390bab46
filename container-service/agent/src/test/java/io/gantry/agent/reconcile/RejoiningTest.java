package io.gantry.agent.reconcile;

import static io.gantry.agent.reconcile.Wanted.ID;
import static io.gantry.agent.reconcile.Wanted.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a restarted agent makes of its notes and of what it meets. */
class RejoiningTest {
    private static final RestartPolicy.BackOff PACE = new RestartPolicy.BackOff(Duration.ofSeconds(7), null, null, null);
    private static final Exit EXIT = new Exit(143, Observed.ExitReason.SIGNALLED, NOON.plusSeconds(5));

    private static Held running(long run) {
        return Held.of(ID).starting(run, 0).running(new Running(ID, run, 42, NOON, Observed.Applied.ALL.dealtWith(3, null)));
    }

    private static Recovered alive(long run) {
        return new Recovered(ID, run, 42, NOON, Optional.empty(), false);
    }

    private static Recovered ended(long run) {
        return new Recovered(ID, run, 0, NOON, Optional.of(EXIT), false);
    }

    private static Held met(Held before, Recovered one) {
        return Rejoining.met(before, one, PACE);
    }

    @Test
    void anEndThatWasNotedIsNoNews() {
        Held before = running(1).givenUp().stopping(NOON, "SIGTERM", Duration.ofSeconds(10)).exited(EXIT, PACE);
        assertThat(before.outcome().reason()).isEqualTo(Observed.ExitReason.UNHEALTHY);
        assertThat(met(before, ended(1))).isEqualTo(before);
    }

    @Test
    void anEndIsNoNewsOnceTheContainerWasMadeReadyForItsNextRun() {
        assertThat(met(running(1).exited(EXIT).preparing(), ended(1)).stage()).isEqualTo(Held.Stage.PREPARING);
        assertThat(met(running(1).exited(EXIT).created(), ended(1)).stage()).isEqualTo(Held.Stage.CREATED);
    }

    @Test
    void theEndBeforeARunThatCouldNotBeStartedIsNoNews() {
        Held before = running(1).exited(EXIT).starting(2, 0).failed(new Observed.Failure("id-range", 0, "no slot is free", ""), NOON.plusSeconds(9));
        assertThat(met(before, ended(1))).isEqualTo(before);
    }

    @Test
    void anEndWhileNobodyLookedIsNews() {
        Held before = running(1).stopping(NOON, "SIGTERM", Duration.ofSeconds(10));
        Held now = met(before, ended(1));
        assertThat(now.stage()).isEqualTo(Held.Stage.EXITED);
        assertThat(now.outcome().exitCode()).isEqualTo(143);
        assertThat(now.ending().stop()).isEqualTo(before.ending().stop());
        assertThat(now.applied()).isEqualTo(before.applied());
        assertThat(now.latest().number()).isEqualTo(before.latest().number());
        assertThat(now.trouble().retryAt()).as("at its own pace").isEqualTo(EXIT.at().plusSeconds(7));
    }

    @Test
    void theEndOfALaterRunThanTheNotesKnowIsNews() {
        Held now = met(running(1).exited(new Exit(0, Observed.ExitReason.EXITED, NOON)), ended(2));
        assertThat(now.latest().run()).isEqualTo(2);
        assertThat(now.outcome().exitCode()).isEqualTo(143);
        assertThat(now.ends()).hasSize(2);
    }

    @Test
    void aStartThatHadNotComeToItsRecordIsTheEndBeforeItAgain() {
        Held now = met(running(1).exited(EXIT).starting(2, 0), ended(1));
        assertThat(now.stage()).isEqualTo(Held.Stage.EXITED);
        assertThat(now.latest().run()).isEqualTo(1);
        assertThat(now.ends()).hasSize(1);
    }

    @Test
    void whatRunsAsNotedIsAsNoted() {
        assertThat(met(running(1), alive(1))).isEqualTo(running(1));
    }

    @Test
    void whatTheNotesDoNotKnowIsLearntFromTheKernel() {
        assertThat(met(Held.of(ID), alive(1)).stage()).isEqualTo(Held.Stage.RUNNING);
        assertThat(met(Held.of(ID), ended(1)).stage()).isEqualTo(Held.Stage.EXITED);
        assertThat(met(running(1).exited(EXIT), alive(2)).latest().run()).isEqualTo(2);
    }

    @Test
    void theFreezerKnowsWhatIsPaused() {
        assertThat(met(running(1), new Recovered(ID, 1, 42, NOON, Optional.empty(), true)).stage()).isEqualTo(Held.Stage.PAUSED);
        assertThat(met(running(1).paused(), alive(1)).stage()).isEqualTo(Held.Stage.RUNNING);
    }

    @Test
    void aKillThatMayNotHaveGoneOutIsToBeSentAgain() {
        assertThat(met(running(1).beingKilled(NOON), alive(1)).ending().killed()).isFalse();
    }

    @Test
    void whatIsNotMetHasEndedOrNotBegun() {
        assertThat(Rejoining.missed(running(1), NOON, PACE)).satisfies(held -> {
            assertThat(held.stage()).isEqualTo(Held.Stage.EXITED);
            assertThat(held.outcome().exitCode()).isEqualTo(137);
            assertThat(held.trouble().retryAt()).isEqualTo(NOON.plusSeconds(7));
        });
        assertThat(Rejoining.missed(Held.of(ID).starting(1, 0), NOON, PACE)).satisfies(held -> {
            assertThat(held.stage()).isEqualTo(Held.Stage.FAILED);
            assertThat(held.trouble().retryAt()).isEqualTo(NOON.plusSeconds(7));
        });
        assertThat(Rejoining.missed(Held.of(ID).removing(), NOON, PACE).stage()).isEqualTo(Held.Stage.CREATED);
        Held failed = Held.of(ID).starting(1, 0).failed(new Observed.Failure("exec", 2, "/none was not found", ""), NOON);
        assertThat(Rejoining.missed(failed, NOON.plusSeconds(60), PACE)).isEqualTo(failed);
    }
}
