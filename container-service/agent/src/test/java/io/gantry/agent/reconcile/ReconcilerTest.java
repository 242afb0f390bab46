package io.gantry.agent.reconcile;

import static io.gantry.agent.reconcile.Wanted.ID;
import static io.gantry.agent.reconcile.Wanted.NOON;
import static io.gantry.agent.reconcile.Wanted.container;
import static io.gantry.contracts.state.Desired.Life.CREATED;
import static io.gantry.contracts.state.Desired.Life.REMOVED;
import static io.gantry.contracts.state.Desired.Life.RUNNING;
import static io.gantry.contracts.state.Desired.Life.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Held NEW = Held.of(ID);
    private static final Held RUNS = NEW.starting(1, 0).running(new Running(ID, 1, 42, NOON));
    private static final Observed.Failure AWAY = new Observed.Failure("image", 0, "refused", "look");
    private static final Held ENDED = RUNS.exited(new Exit(3, Observed.ExitReason.EXITED, NOON.plusSeconds(1)));

    @Test
    void fetchesLayersBeforeAStart() {
        assertThat(decide(container(RUNNING, 1), NEW, false, true, NOON)).isInstanceOf(Action.Fetch.class);
    }

    @Test
    void waitsForTheEndpointBeforeAStart() {
        assertThat(decide(container(RUNNING, 1), NEW, true, false, NOON)).isEqualTo(new Action.Nothing());
    }

    @Test
    void startsARunOnce() {
        Desired.Container wanted = container(RUNNING, 1);
        assertThat(decide(wanted, NEW, true, true, NOON)).isEqualTo(new Action.Start(wanted, 1, 0));
        assertThat(decide(wanted, NEW.starting(1, 0), true, true, NOON)).isEqualTo(new Action.Nothing());
        assertThat(decide(wanted, RUNS, true, true, NOON)).isEqualTo(new Action.Nothing());
        assertThat(decide(wanted, ENDED, true, true, NOON.plusSeconds(60))).isEqualTo(new Action.Nothing());
    }

    @Test
    void callsOffTheStartOfWhatShallBeGone() {
        Held starting = NEW.starting(1, 0);
        assertThat(decide(container(REMOVED, 1), starting, true, true, NOON)).isEqualTo(new Action.CallOff());
        assertThat(Reconciler.decide(Optional.empty(), true, starting, true, true, NOON)).isEqualTo(new Action.CallOff());
        assertThat(Reconciler.decide(Optional.empty(), false, starting, true, true, NOON)).as("the view may lack it").isEqualTo(new Action.Nothing());
    }

    @Test
    void callsOffAStartThatTakesLongerThanTheGraceOfItsStop() {
        Held starting = NEW.starting(1, 0);
        Desired.Container stopped = container(STOPPED, 1);
        assertThat(decide(stopped, starting, true, true, NOON)).isEqualTo(new Action.StopOnceStarted());
        Held asked = starting.toStop(NOON);
        assertThat(decide(stopped, asked, true, true, NOON.plusSeconds(9))).isEqualTo(new Action.WaitUntil(NOON.plusSeconds(10)));
        assertThat(decide(stopped, asked, true, true, NOON.plusSeconds(10))).isEqualTo(new Action.CallOff());
        assertThat(decide(container(ID, STOPPED, 1, null, RestartPolicy.NO, Duration.ZERO), asked, true, true, NOON)).isEqualTo(new Action.CallOff());
        assertThat(decide(stopped, asked.running(new Running(ID, 1, 42, NOON)), true, true, NOON)).as("it began meanwhile").isEqualTo(new Action.Stop("SIGTERM"));
    }

    @Test
    void givesWhatRunsTheLimitsOfANewerSpecOnce() {
        Desired.Container updated = updated(container(RUNNING, 1), 3);
        assertThat(decide(updated, RUNS, true, true, NOON)).isEqualTo(new Action.Update(updated));
        assertThat(decide(updated, RUNS.updated(3, null), true, true, NOON)).isEqualTo(new Action.Nothing());
        assertThat(decide(updated, RUNS.updated(3, AWAY), true, true, NOON)).as("it said no").isEqualTo(new Action.Nothing());
        assertThat(decide(updated, NEW, true, true, NOON)).as("its start has them").isEqualTo(new Action.Start(updated, 1, 0));
        assertThat(decide(updated(container(STOPPED, 1), 3), RUNS, true, true, NOON)).isEqualTo(new Action.Stop("SIGTERM"));
    }

    private static Desired.Container updated(Desired.Container c, long update) {
        return new Desired.Container(
                c.id(), c.project(), c.name(), c.owner(), c.life(), c.run(), c.signal(), c.spec(), c.image(), c.stopSignal(), c.grace(), update, c.paused());
    }

    @Test
    void holdsStillWhatShallBePausedAndEndsItAllTheSame() {
        Desired.Container paused = Wanted.paused(container(RUNNING, 1));
        Held still = RUNS.paused();
        assertThat(decide(paused, RUNS, true, true, NOON)).isEqualTo(new Action.Pause());
        assertThat(decide(paused, still, true, true, NOON)).isEqualTo(new Action.Nothing());
        assertThat(decide(container(RUNNING, 1), still, true, true, NOON)).isEqualTo(new Action.Unpause());
        assertThat(decide(container(STOPPED, 1), still, true, true, NOON)).isEqualTo(new Action.Stop("SIGTERM"));
        assertThat(decide(container(RUNNING, 2), still, true, true, NOON)).as("a restart").isEqualTo(new Action.Stop("SIGTERM"));
        assertThat(decide(container(ID, STOPPED, 1, null, RestartPolicy.NO, Duration.ZERO), still, true, true, NOON)).isEqualTo(new Action.Kill());
        assertThat(Reconciler.decide(Optional.empty(), true, still, true, true, NOON)).isEqualTo(new Action.Kill());
        assertThat(decide(paused, ENDED, true, true, NOON)).as("what has ended").isEqualTo(new Action.Nothing());
    }

    @Test
    void endsWhatItsHealthCheckGaveUpAndStartsItAgainOnlyIfThatWasAsked() {
        Desired.Container plain = container(ID, RUNNING, 1, null, RestartPolicy.ALWAYS, GRACE);
        Desired.Container stops = Wanted.with(plain, plain.spec().but().health(HealthCheck.command("true").then(HealthCheck.OnUnhealthy.STOP)).build());
        Desired.Container restarts =
                Wanted.with(plain, plain.spec().but().restart(RestartPolicy.NO).health(HealthCheck.command("true").then(HealthCheck.OnUnhealthy.RESTART)).build());
        Held unhealthy = RUNS.givenUp();
        assertThat(decide(stops, unhealthy, true, true, NOON)).isEqualTo(new Action.Stop("SIGTERM"));
        Held stopping = unhealthy.stopping(NOON, "SIGTERM", GRACE);
        assertThat(decide(stops, stopping, true, true, NOON.plus(GRACE))).isEqualTo(new Action.Kill());
        // longer than a good run takes, but it was none
        Held ended = stopping.exited(new Exit(143, Observed.ExitReason.SIGNALLED, NOON.plusSeconds(100)));
        assertThat(ended.outcome().reason()).isEqualTo(Observed.ExitReason.UNHEALTHY);
        assertThat(decide(stops, ended, true, true, NOON.plusSeconds(200))).as("whatever its policy says").isEqualTo(new Action.Nothing());
        assertThat(Reconciler.startsAgain(Optional.of(stops), ended)).isFalse();
        assertThat(decide(restarts, ended, true, true, NOON.plusSeconds(200))).isEqualTo(new Action.Start(restarts, 1, 1));
        assertThat(Reconciler.startsAgain(Optional.of(restarts), ended)).isTrue();
        Held again = ended.starting(1, 1).running(new Running(ID, 1, 43, NOON.plusSeconds(200))).givenUp();
        Held endedAgain = again.stopping(NOON, "SIGTERM", GRACE).exited(new Exit(143, Observed.ExitReason.SIGNALLED, NOON.plusSeconds(300)));
        assertThat(Duration.between(endedAgain.outcome().finishedAt(), endedAgain.trouble().retryAt())).as("it waits longer each time").isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aPolicyMayPaceItsRestarts() {
        RestartPolicy.BackOff pace = new RestartPolicy.BackOff(Duration.ofSeconds(1), Duration.ofSeconds(20), 3.0, Duration.ofMinutes(1));
        Held held = RUNS;
        for (int expected : new int[] {1, 3, 9, 20, 20}) {
            held = held.running(new Running(ID, 1, 42, NOON)).exited(new Exit(1, Observed.ExitReason.EXITED, NOON.plusSeconds(59)), pace);
            assertThat(Duration.between(held.outcome().finishedAt(), held.trouble().retryAt())).isEqualTo(Duration.ofSeconds(expected));
        }
        held = held.running(new Running(ID, 1, 42, NOON)).exited(new Exit(1, Observed.ExitReason.EXITED, NOON.plusSeconds(60)), pace);
        assertThat(Duration.between(held.outcome().finishedAt(), held.trouble().retryAt())).as("after a run that was long enough").isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void howAStopWentIsKept() {
        Held stopping = RUNS.stopping(NOON, "SIGTERM", GRACE);
        assertThat(stopping.ending().stop()).isEqualTo(new Observed.Stop("SIGTERM", NOON, GRACE, null));
        Held killed = stopping.beingKilled(NOON.plusSeconds(10)).exited(new Exit(137, Observed.ExitReason.SIGNALLED, NOON.plusSeconds(11)));
        assertThat(killed.ending().stop()).isEqualTo(new Observed.Stop("SIGTERM", NOON, GRACE, NOON.plusSeconds(10)));
        assertThat(RUNS.beingKilled(NOON).ending().stop()).as("killed at once").isEqualTo(new Observed.Stop(null, NOON, Duration.ZERO, NOON));
        assertThat(killed.starting(2, 0).ending().stop()).isNull();
    }

    @Test
    void startsAgainWhenTheRunGrows() {
        Desired.Container wanted = container(RUNNING, 2);
        assertThat(decide(wanted, ENDED, true, true, NOON)).isEqualTo(new Action.Start(wanted, 2, 0));
    }

    @Test
    void endsTheOldRunBeforeTheNext() {
        assertThat(decide(container(RUNNING, 2), RUNS, true, true, NOON)).isEqualTo(new Action.Stop("SIGTERM"));
    }

    @Test
    void killsWhenTheGraceIsOver() {
        Held stopping = RUNS.stopping(NOON, "SIGTERM", GRACE);
        Desired.Container wanted = container(STOPPED, 1);
        assertThat(decide(wanted, RUNS, true, true, NOON)).isEqualTo(new Action.Stop("SIGTERM"));
        assertThat(decide(wanted, stopping, true, true, NOON.plusSeconds(9)))
                .isEqualTo(new Action.WaitUntil(NOON.plusSeconds(10)));
        assertThat(decide(wanted, stopping, true, true, NOON.plusSeconds(10))).isEqualTo(new Action.Kill());
        assertThat(decide(wanted, stopping.beingKilled(NOON), true, true, NOON.plusSeconds(11))).isEqualTo(new Action.Nothing());
    }

    @Test
    void aShorterGraceGivenMeanwhileCounts() {
        Desired.Container removed = container(ID, REMOVED, 1, null, RestartPolicy.NO, Duration.ZERO);
        assertThat(decide(removed, RUNS.stopping(NOON, "SIGTERM", GRACE), true, true, NOON.plusSeconds(1))).isEqualTo(new Action.Kill());
    }

    @Test
    void withoutGraceItKillsAtOnce() {
        Desired.Container removed = container(ID, REMOVED, 1, null, RestartPolicy.NO, Duration.ZERO);
        assertThat(decide(removed, RUNS, true, true, NOON)).isEqualTo(new Action.Kill());
    }

    @Test
    void removesWhatHasEndedAndReportsIt() {
        assertThat(decide(container(REMOVED, 1), ENDED, true, true, NOON)).isEqualTo(new Action.Remove());
        assertThat(decide(container(REMOVED, 1), ENDED.removed(), true, true, NOON)).isEqualTo(new Action.ReportRemoved());
    }

    @Test
    void deliversASignalOnceByItsNumber() {
        Desired.Container wanted =
                container(ID, RUNNING, 1, new Desired.Signal(2, "SIGHUP"), RestartPolicy.NO, GRACE);
        assertThat(decide(wanted, RUNS, true, true, NOON)).isEqualTo(new Action.Signal(2, "SIGHUP"));
        assertThat(decide(wanted, RUNS.signalled(2), true, true, NOON)).isEqualTo(new Action.Nothing());
    }

    @Test
    void aSignalForAnEndedRunDoesNotHitTheNext() {
        Desired.Container wanted =
                container(ID, RUNNING, 2, new Desired.Signal(2, "SIGHUP"), RestartPolicy.NO, GRACE);
        assertThat(decide(wanted, ENDED, true, true, NOON)).isEqualTo(new Action.SkipSignal(2));
    }

    @Test
    void restartsByPolicyAfterABackOffThatDoublesAndResets() {
        Desired.Container wanted = container(ID, RUNNING, 1, null, RestartPolicy.ALWAYS, GRACE);
        Instant end = NOON.plusSeconds(1);
        assertThat(decide(wanted, ENDED, true, true, end)).isEqualTo(new Action.WaitUntil(end.plusMillis(100)));
        assertThat(decide(wanted, ENDED, true, true, end.plusMillis(100))).isEqualTo(new Action.Start(wanted, 1, 1));
        Held second = ended(ENDED, end.plusMillis(100), Duration.ofSeconds(1));
        assertThat(second.trouble().retryAt()).isEqualTo(second.outcome().finishedAt().plusMillis(200));
        Held afterGoodRun = ended(second, second.trouble().retryAt(), Duration.ofSeconds(10));
        assertThat(afterGoodRun.trouble().retryAt()).isEqualTo(afterGoodRun.outcome().finishedAt().plusMillis(100));
    }

    @Test
    void backOffEndsAtAMinute() {
        assertThat(Held.backOff(9)).isEqualTo(Duration.ofMillis(51_200));
        assertThat(Held.backOff(10)).isEqualTo(Duration.ofSeconds(60));
        assertThat(Held.backOff(1000)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void onFailureGivesUpAfterItsRetriesAndNotAfterSuccess() {
        RestartPolicy once = new RestartPolicy(RestartPolicy.Mode.ON_FAILURE, 1);
        Desired.Container wanted = container(ID, RUNNING, 1, null, once, GRACE);
        Instant later = NOON.plusSeconds(100);
        assertThat(decide(wanted, ENDED, true, true, later)).isEqualTo(new Action.Start(wanted, 1, 1));
        assertThat(decide(wanted, ended(ENDED, NOON, Duration.ofSeconds(1)), true, true, later)).isEqualTo(new Action.Nothing());
        Held success = RUNS.exited(new Exit(0, Observed.ExitReason.EXITED, NOON));
        assertThat(decide(wanted, success, true, true, later)).isEqualTo(new Action.Nothing());
    }

    @Test
    void aStoppedContainerIsNotRestartedByPolicy() {
        Desired.Container wanted = container(ID, STOPPED, 1, null, RestartPolicy.ALWAYS, GRACE);
        assertThat(decide(wanted, ENDED, true, true, NOON.plusSeconds(100))).isEqualTo(new Action.Nothing());
    }

    @Test
    void fetchesForACreatedContainerAndIsReady() {
        assertThat(decide(container(CREATED, 0), NEW, false, true, NOON)).isInstanceOf(Action.Fetch.class);
        assertThat(decide(container(CREATED, 0), NEW, true, false, NOON)).isEqualTo(new Action.BeReady());
    }

    @Test
    void reapsWhatACompleteViewLacks() {
        assertThat(Reconciler.decide(Optional.empty(), true, RUNS, true, true, NOON)).isEqualTo(new Action.Kill());
        assertThat(Reconciler.decide(Optional.empty(), true, ENDED, true, true, NOON)).isEqualTo(new Action.Remove());
    }

    @Test
    void leavesAloneWhatAnIncompleteViewLacks() {
        assertThat(Reconciler.decide(Optional.empty(), false, RUNS, true, true, NOON)).isEqualTo(new Action.Nothing());
        assertThat(Reconciler.decide(Optional.empty(), false, ENDED, true, true, NOON)).isEqualTo(new Action.Nothing());
    }

    private static Held ended(Held before, Instant startedAt, Duration ran) {
        return before.starting(1, before.latest().restarts() + 1)
                .running(new Running(ID, 1, 43, startedAt))
                .exited(new Exit(3, Observed.ExitReason.EXITED, startedAt.plus(ran)));
    }

    @Test
    void anImageWhoseSourceIsAwayIsAskedForAgainWhenItsTimeHasCome() {
        Desired.Container wanted = container(RUNNING, 1);
        Held away = NEW.waiting(1, AWAY, NOON);
        assertThat(decide(wanted, away, false, true, NOON)).isEqualTo(new Action.WaitUntil(NOON.plusMillis(100)));
        assertThat(decide(wanted, away, false, true, NOON.plusMillis(100))).isEqualTo(new Action.Fetch(wanted));
        assertThat(decide(wanted, away, true, true, NOON)).as("here by another container's fetch").isEqualTo(new Action.Start(wanted, 1, 0));
        assertThat(decide(container(CREATED, 0), away, false, true, NOON)).isEqualTo(new Action.WaitUntil(NOON.plusMillis(100)));
    }

    @Test
    void aSourceThatIsAwayForLongFailsTheRunWhichStillBeginsWhenItIsBack() {
        Desired.Container wanted = container(RUNNING, 1);
        Held away = NEW.waiting(1, AWAY, NOON);
        Held failed = away.waiting(1, AWAY, NOON.plus(Held.PATIENCE));
        assertThat(away.stage()).isEqualTo(Held.Stage.PREPARING);
        assertThat(failed).extracting(Held::stage, held -> held.latest().run(), held -> held.trouble().failure()).containsExactly(Held.Stage.FAILED, 1L, AWAY);
        assertThat(decide(wanted, failed, false, true, failed.trouble().retryAt())).isEqualTo(new Action.Fetch(wanted));
        assertThat(decide(wanted, failed, true, true, NOON.plusSeconds(30))).isEqualTo(new Action.Start(wanted, 1, 0));
        assertThat(decide(container(STOPPED, 1), failed, true, true, NOON)).isEqualTo(new Action.BeReady());
    }

    @Test
    void waitsLongerAfterEachTryForAnImageAndBeginsAnewAfterIt() {
        Held away = NEW;
        Instant now = NOON;
        for (long millis : List.of(100, 200, 400, 800)) {
            away = away.waiting(1, AWAY, now);
            assertThat(Duration.between(now, away.trouble().retryAt()).toMillis()).isEqualTo(millis);
            now = away.trouble().retryAt();
        }
        assertThat(away.starting(1, 0).trouble().backOff()).isZero();
        assertThat(away.created().trouble()).extracting(Trouble::failure, Trouble::since, Trouble::retryAt).containsOnlyNulls();
    }

    private static Action decide(Desired.Container wanted, Held held, boolean layers, boolean connected, Instant now) {
        return Reconciler.decide(Optional.of(wanted), true, held, layers, connected, now);
    }
}
