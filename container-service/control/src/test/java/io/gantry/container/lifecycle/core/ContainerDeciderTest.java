package io.gantry.container.lifecycle.core;

import static io.gantry.container.fixture.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.fixture.Samples;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ContainerDeciderTest {
    private static final ContainerId ID = Samples.containerId();
    private static final NodeId NODE = Samples.nodeId();
    private static final Owner PERSON = new Owner.Person();
    private static final Owner REPLICA =
            new Owner.Replica(new DeploymentId(Ids.of("deployment", NOON, new Random(1))), "web", 1, 0);
    private final List<ContainerChange> changes = new ArrayList<>();
    private final List<Event> published = new ArrayList<>();
    private Container container;
    private long observations = 1;

    @Test
    void livesFromRequestToRemoval() {
        make(PERSON, Desired.Life.CREATED);
        assertThat(state()).isEqualTo(ContainerView.State.REQUESTED);
        tell(place(1));
        assertThat(state()).isEqualTo(ContainerView.State.PLACED);
        see(Observed.Phase.CREATED, 0);
        tell(new ContainerCommand.Start());
        assertThat(container.desired().orElseThrow().run()).isEqualTo(1);
        see(Observed.Phase.RUNNING, 1);
        assertThat(container.state()).isEqualTo(new ContainerState.Running(4711, NOON.plusSeconds(100), true));
        tell(new ContainerCommand.Stop(null, null));
        see(Observed.Phase.EXITED, 1);
        assertThat(container.exit().code()).isEqualTo(7);
        tell(new ContainerCommand.Remove(false, false));
        assertThat(state()).isEqualTo(ContainerView.State.REMOVING);
        see(Observed.Phase.REMOVED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.REMOVED);
        assertThat(container.desired()).isEmpty();
    }

    @Test
    void aSignalOfOneStopOrRestartIsForThatOnceAlone() {
        running();
        String usual = container.desired().orElseThrow().stopSignal();
        tell(new ContainerCommand.Stop(null, "SIGHUP"));
        assertThat(container.desired().orElseThrow().stopSignal()).isEqualTo("SIGHUP");
        see(Observed.Phase.EXITED, 1);
        tell(new ContainerCommand.Start());
        assertThat(container.desired().orElseThrow().stopSignal()).isEqualTo(usual);
        see(Observed.Phase.RUNNING, 2);
        tell(new ContainerCommand.Restart(null, "SIGINT"));
        assertThat(container.desired().orElseThrow().stopSignal()).isEqualTo("SIGINT");
        see(Observed.Phase.EXITED, 2);
        assertThat(container.desired().orElseThrow().stopSignal()).as("its node may not have begun it anew").isEqualTo("SIGINT");
        see(Observed.Phase.RUNNING, 3);
        assertThat(container.desired().orElseThrow().stopSignal()).isEqualTo(usual);
        tell(new ContainerCommand.Stop(null, null));
        assertThat(container.desired().orElseThrow().stopSignal()).isEqualTo(usual);
    }

    @Test
    void aStartOfWhatRunsChangesNothing() {
        running();
        assertThat(accepted(new ContainerCommand.Start())).isEmpty();
    }

    @Test
    void whatIsRemovedAtItsEndIsSoWithIt() {
        runsOnce(Samples.spec("shop/web:1").but().autoRemove(true).build());
        published.clear();
        List<ContainerChange> all = accepted(observe(Observed.Phase.EXITED, 1, ++observations, 1));
        assertThat(all).extracting(change -> change.getClass().getSimpleName()).containsExactly("Seen", "Exited", "VolumesTaken", "LifeChanged");
        see(Observed.Phase.EXITED, 1);
        assertThat(container.state()).isEqualTo(new ContainerState.Removing(false));
        assertThat(container.desired().orElseThrow().life()).isEqualTo(Desired.Life.REMOVED);
        assertThat(container.volumesGo()).isTrue();
        assertThat(container.exit().code()).isEqualTo(7);
        assertThat(published()).extracting(event -> event.getClass().getSimpleName()).containsExactly("Exited", "LifeChanged");
        see(Observed.Phase.REMOVED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.REMOVED);
    }

    @Test
    void whatIsRemovedAtItsEndIsSoWhenItIsStoppedOrCouldNotBegin() {
        ContainerSpec spec = Samples.spec("shop/web:1").but().autoRemove(true).build();
        runsOnce(spec);
        tell(new ContainerCommand.Stop(null, null));
        see(Observed.Phase.EXITED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.REMOVING);
        begins(spec);
        see(Observed.Phase.FAILED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.REMOVING);
        assertThat(published()).filteredOn(ContainerEvent.Failed.class::isInstance).hasSize(1);
    }

    @Test
    void whatIsRemovedAtItsEndStaysWhileItBeginsAgain() {
        runsOnce(Samples.spec("shop/web:1").but().autoRemove(true).build());
        tell(new ContainerCommand.Restart(null, null));
        see(Observed.Phase.EXITED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.EXITED);
        see(Observed.Phase.RUNNING, 2);
        assertThat(refused(new ContainerCommand.Update(null, new RestartPolicy(RestartPolicy.Mode.ALWAYS, 0)))).isEqualTo(ProblemType.CONFLICT);
        see(Observed.Phase.EXITED, 2);
        assertThat(state()).isEqualTo(ContainerView.State.REMOVING);
    }

    @Test
    void whatIsRemovedAtItsEndIsSoWhenItIsStoppedBeforeItBeginsAgain() {
        runsOnce(Samples.spec("shop/web:1").but().autoRemove(true).build());
        tell(new ContainerCommand.Restart(null, null));
        see(Observed.Phase.EXITED, 1);
        tell(new ContainerCommand.Stop(null, null));
        assertThat(state()).isEqualTo(ContainerView.State.REMOVING);
        assertThat(container.volumesGo()).isTrue();
    }

    @Test
    void whatEndedWhileItsNodeWasAwayIsRemovedWhenThatIsBack() {
        runsOnce(Samples.spec("shop/web:1").but().autoRemove(true).build());
        tell(new ContainerCommand.NodeLost(NODE, 2));
        assertThat(state()).isEqualTo(ContainerView.State.LOST);
        tell(new ContainerCommand.NodeReturned(NODE, 3));
        see(Observed.Phase.EXITED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.REMOVING);
    }

    /** From before there was a field for it; its end was taken in by a service that left the removal to the gateway. */
    @Test
    void whatHasTheLabelOfBeforeIsRemovedAtItsEndToo() {
        runsOnce(Samples.spec("shop/web:1", Map.of("io.gantry.docker.auto-remove", "true"), RestartPolicy.NO));
        ContainerChange.Exited end = new ContainerChange.Exited(new Container.LastExit(1, 7, Observed.ExitReason.EXITED, NOON.plusSeconds(101)));
        container = ContainerDecider.evolve(container, end);
        see(Observed.Phase.EXITED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.REMOVING);
        assertThat(published()).as("it has been told of").noneMatch(ContainerEvent.Exited.class::isInstance);
    }

    @Test
    void refusesRemovalWhileRunning() {
        running();
        assertThat(refused(new ContainerCommand.Remove(false, false))).isEqualTo(ProblemType.CONFLICT);
        assertThat(accepted(new ContainerCommand.Remove(true, false)))
                .containsExactly(new ContainerChange.LifeChanged(Desired.Life.REMOVED, 1, Duration.ZERO));
    }

    @Test
    void refusesRemovalOfWhatIsAboutToStartAgain() {
        running();
        tell(new ContainerCommand.Restart(null, null));
        see(Observed.Phase.EXITED, 1);
        assertThat(refused(new ContainerCommand.Remove(false, false))).isEqualTo(ProblemType.CONFLICT);
        assertThat(accepted(new ContainerCommand.Remove(true, false))).isNotEmpty();
        tell(new ContainerCommand.Stop(null, null));
        assertThat(accepted(new ContainerCommand.Remove(false, false))).isNotEmpty();
    }

    @Test
    void refusesRemovalOfWhatFailedAndIsTriedAgain() {
        running();
        Observed.Container failed = ((ContainerCommand.Observe) observe(Observed.Phase.FAILED, 1, ++observations, 1)).observed();
        tell(new ContainerCommand.Observe(
                NODE, observations, 1,
                new Observed.Container(
                        ID, failed.phase(), failed.run(), failed.restarts(), null, null, null, false, null, null, failed.failure(), null, null, NOON.plusSeconds(5), null, null)));
        assertThat(refused(new ContainerCommand.Remove(false, false))).isEqualTo(ProblemType.CONFLICT);
        tell(new ContainerCommand.Stop(null, null));
        assertThat(accepted(new ContainerCommand.Remove(false, false))).isNotEmpty();
    }

    @Test
    void thatItsOwnVolumesGoIsKnownBeforeItIsGone() {
        running();
        assertThat(refused(new ContainerCommand.Remove(false, true))).isEqualTo(ProblemType.CONFLICT);
        assertThat(container.volumesGo()).isFalse();
        tell(new ContainerCommand.Remove(true, true));
        assertThat(container.volumesGo()).isTrue();
        assertThat(accepted(new ContainerCommand.Remove(true, true))).isEmpty();
    }

    @Test
    void aFastExitIsToldWithItsStart() {
        make(PERSON, Desired.Life.RUNNING);
        tell(place(1));
        changes.clear();
        published.clear();
        see(Observed.Phase.EXITED, 1);
        assertThat(published()).hasSize(2);
        assertThat(published().get(0)).isInstanceOf(ContainerEvent.Started.class);
        assertThat(published().get(1)).isInstanceOf(ContainerEvent.Exited.class);
    }

    @Test
    void theSameObservationAgainChangesNothing() {
        running();
        var same = observe(Observed.Phase.RUNNING, 1, observations, 1);
        assertThat(accepted(same)).isEmpty();
    }

    @Test
    void saysWhatItWaitsForWhileItPrepares() {
        make(PERSON, Desired.Life.RUNNING);
        tell(place(1));
        var away = new Observed.Failure("fetch-image", 0, "image-service: connection refused", "");
        tell(new ContainerCommand.Observe(NODE, ++observations, 1, preparing(away)));
        assertThat(container.state()).isEqualTo(new ContainerState.Preparing(away));
        tell(new ContainerCommand.Observe(NODE, ++observations, 1, preparing(null)));
        assertThat(container.state()).isEqualTo(new ContainerState.Preparing(null));
        assertThat(published()).as("nothing that anybody else acts on").noneMatch(ContainerEvent.Failed.class::isInstance);
    }

    private static Observed.Container preparing(Observed.Failure obstacle) {
        return new Observed.Container(ID, Observed.Phase.PREPARING, 0, 0, null, null, null, false, null, null, obstacle, null, null, null, null, null);
    }

    @Test
    void anUpdateIsTakenBackWhenItsNodeRefusesIt() {
        running();
        Resources before = container.spec().resources();
        tell(update(r -> r.but().memory(Bytes.mebi(64)).build()));
        assertThat(container.desired().orElseThrow().update()).isEqualTo(1);
        assertThat(container.desired().orElseThrow().spec().resources().memory()).isEqualTo(Bytes.mebi(64));
        assertThat(refused(update(r -> r.but().pids(9).build()))).as("one at a time").isEqualTo(ProblemType.CONFLICT);
        var busy = new Observed.Failure("update-limits", 16, "in use", "choose more");
        applied(new Observed.Applied(1, busy, List.of()));
        assertThat(container.spec().resources()).isEqualTo(before);
        assertThat(container.update()).isEqualTo(new Container.Update(2, null, busy));
        applied(new Observed.Applied(2, null, List.of()));
        tell(update(r -> r.but().pids(9).build()));
        applied(new Observed.Applied(3, null, List.of()));
        assertThat(container.spec().resources()).isEqualTo(before.but().pids(9).build());
        assertThat(published()).filteredOn(ContainerEvent.Updated.class::isInstance).hasSize(3);
    }

    @Test
    void anUpdateOfWhatDoesNotRunIsForItsNextStart() {
        make(PERSON, Desired.Life.CREATED);
        tell(place(1));
        tell(update(r -> r.but().shm(Bytes.mebi(1)).build()));
        tell(new ContainerCommand.Update(null, RestartPolicy.ALWAYS));
        assertThat(container.spec().resources().shm()).isEqualTo(Bytes.mebi(1));
        assertThat(container.spec().restart()).isEqualTo(RestartPolicy.ALWAYS);
        assertThat(accepted(new ContainerCommand.Update(null, RestartPolicy.ALWAYS))).as("it is so").isEmpty();
        assertThat(refused(update(r -> r.but().disk(Bytes.mebi(64)).build()))).as("its layer is there already").isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void whatAProcessKeepsForItsLifeCannotBeChangedWhileItRuns() {
        running();
        assertThat(refused(update(r -> r.but().shm(Bytes.mebi(1)).build()))).isEqualTo(ProblemType.CONFLICT);
        assertThat(refused(update(r -> r.but().rlimits(Map.of("nofile", new Rlimit(5, null))).build()))).isEqualTo(ProblemType.CONFLICT);
        assertThat(refused(update(r -> r.but().exclusiveCores(1).build()))).as("its node gives them with a start").isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void aReplicaIsWhatItsDeploymentSays() {
        make(REPLICA, Desired.Life.RUNNING);
        tell(place(1));
        assertThat(refused(update(r -> r.but().pids(9).build()))).isEqualTo(ProblemType.CONFLICT);
    }

    private static ContainerCommand.Update update(UnaryOperator<Resources> resources) {
        return new ContainerCommand.Update(resources, null);
    }

    private void applied(Observed.Applied applied) {
        Observed.Container runs = PlayedAgent.phase(ID, Observed.Phase.RUNNING, 1);
        tell(
                new ContainerCommand.Observe(
                        NODE, ++observations, 1,
                        new Observed.Container(
                                ID, runs.phase(), 1, 0, runs.pid(), runs.startedAt(), null, true, null, null, null, applied, null, null, null, null)));
    }

    @Test
    void aSignalNeedsAProcess() {
        make(PERSON, Desired.Life.CREATED);
        tell(place(1));
        assertThat(refused(new ContainerCommand.Kill("SIGHUP"))).isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void signalsAreNumberedAndSigkillKeepsThePolicyFromRevivingIt() {
        running();
        tell(new ContainerCommand.Kill("SIGHUP"));
        tell(new ContainerCommand.Kill("SIGHUP"));
        assertThat(container.signal()).isEqualTo(new Desired.Signal(2, "SIGHUP"));
        assertThat(container.life()).isEqualTo(Desired.Life.RUNNING);
        tell(new ContainerCommand.Kill("SIGKILL"));
        assertThat(container.life()).isEqualTo(Desired.Life.STOPPED);
        assertThat(container.grace()).as("asked politely first").isZero();
    }

    @Test
    void pausesWhatRunsAndTellsOfItOnce() {
        running();
        tell(new ContainerCommand.Pause());
        assertThat(container.desired().orElseThrow().paused()).isTrue();
        assertThat(state()).as("until its node has done it").isEqualTo(ContainerView.State.RUNNING);
        changes.clear();
        published.clear();
        see(Observed.Phase.PAUSED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.PAUSED);
        assertThat(published()).hasSize(2);
        assertThat(published().get(0)).as("no traffic for it").isEqualTo(new ContainerEvent.Readiness(ID, NODE, false));
        assertThat(published().get(1)).isEqualTo(new ContainerEvent.Paused(ID, NODE));
        assertThat(refused(new ContainerCommand.Pause())).isEqualTo(ProblemType.CONFLICT);
        assertThat(refused(new ContainerCommand.Start())).isEqualTo(ProblemType.CONFLICT);
        assertThat(refused(new ContainerCommand.Remove(false, false))).isEqualTo(ProblemType.CONFLICT);
        tell(new ContainerCommand.Unpause());
        changes.clear();
        published.clear();
        see(Observed.Phase.RUNNING, 1);
        assertThat(state()).isEqualTo(ContainerView.State.RUNNING);
        assertThat(published()).containsExactly(new ContainerEvent.Unpaused(ID, NODE), new ContainerEvent.Readiness(ID, NODE, true));
        assertThat(refused(new ContainerCommand.Unpause())).isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void tellsOfItsHealthWhenThatIsAnother() {
        running();
        changes.clear();
        published.clear();
        health(Observed.Health.Status.STARTING, 0);
        assertThat(published()).as("it is looked at").isEmpty();
        health(Observed.Health.Status.HEALTHY, 0);
        health(Observed.Health.Status.HEALTHY, 1);
        health(Observed.Health.Status.UNHEALTHY, 2);
        assertThat(published()).extracting(event -> ((ContainerEvent.HealthChanged) event).health().status())
                .containsExactly(Observed.Health.Status.HEALTHY, Observed.Health.Status.UNHEALTHY);
        assertThat(container.seen().health().failingStreak()).isEqualTo(2);
    }

    private void health(Observed.Health.Status status, int streak) {
        Observed.Container runs = ((ContainerCommand.Observe) observe(Observed.Phase.RUNNING, 1, ++observations, 1)).observed();
        Observed.Health health = new Observed.Health(status, streak, 0, "", NOON);
        tell(new ContainerCommand.Observe(
                NODE, observations, 1,
                new Observed.Container(
                        ID, runs.phase(), runs.run(), runs.restarts(), runs.pid(), runs.startedAt(), null, runs.ready(), null, null, null, null, health, null, null, null)));
    }

    @Test
    void tellsThatAStopAndARestartAreDone() {
        running();
        published.clear();
        tell(new ContainerCommand.Stop(null, null));
        see(Observed.Phase.EXITED, 1);
        assertThat(published()).last().isEqualTo(new ContainerEvent.Stopped(ID, NODE, 1));
        tell(new ContainerCommand.Start());
        see(Observed.Phase.RUNNING, 2);
        assertThat(published()).last().as("a start is no restart").isInstanceOf(ContainerEvent.Started.class);
        published.clear();
        tell(new ContainerCommand.Restart(null, null));
        see(Observed.Phase.EXITED, 2);
        see(Observed.Phase.RUNNING, 3);
        assertThat(published()).filteredOn(ContainerEvent.News.class::isInstance)
                .containsExactly(new ContainerEvent.Stopped(ID, NODE, 2), new ContainerEvent.Restarted(ID, NODE, 3));
        assertThat(exits()).as("an end for another run").containsExactly(true);
        published.clear();
        tell(new ContainerCommand.Kill("SIGKILL"));
        see(Observed.Phase.EXITED, 3);
        assertThat(published()).as("a kill is no stop").noneMatch(ContainerEvent.News.class::isInstance);
        assertThat(exits()).containsExactly(false);
    }

    @Test
    void whoseRestartIsTakenBackByAStopEndsForGood() {
        running();
        published.clear();
        tell(new ContainerCommand.Restart(null, null));
        tell(new ContainerCommand.Stop(null, null));
        see(Observed.Phase.EXITED, 1);
        assertThat(exits()).containsExactly(false);
    }

    private List<Boolean> exits() {
        return published().stream().filter(ContainerEvent.Exited.class::isInstance).map(event -> ((ContainerEvent.Exited) event).restarting()).toList();
    }

    @Test
    void tellsOnceOfWhatHappenedInIt() {
        running();
        published.clear();
        ExecId exec = new ExecId("e".repeat(64));
        var heard = hear(new Observed.What.ExecCreated(exec, List.of("ls")));
        tell(heard);
        tell(heard);
        assertThat(published()).containsExactly(new ContainerEvent.ExecCreated(ID, NODE, exec, List.of("ls")));
        assertThat(container.seen().run()).as("what is known otherwise stays").isEqualTo(1);
        tell(hear(new Observed.What.ExecEnded(exec, 3)));
        assertThat(published()).last().isEqualTo(new ContainerEvent.ExecEnded(ID, NODE, exec, 3));
    }

    @Test
    void tellsInOrderOfWhatHappenedInARowAndOnceOfWhatWasHeardBefore() {
        running();
        ExecId exec = new ExecId("e".repeat(64));
        var created = hear(new Observed.What.ExecCreated(exec, List.of("ls"))).all().getFirst();
        var started = hear(new Observed.What.ExecStarted(exec, List.of("ls"))).all().getFirst();
        var ended = hear(new Observed.What.ExecEnded(exec, 3)).all().getFirst();
        tell(new ContainerCommand.Hear(NODE, 1, List.of(created)));
        published.clear();
        tell(new ContainerCommand.Hear(NODE, 1, List.of(created, started, ended)));
        assertThat(published()).containsExactly(new ContainerEvent.ExecStarted(ID, NODE, exec, List.of("ls")), new ContainerEvent.ExecEnded(ID, NODE, exec, 3));
        assertThat(container.seen().version()).isEqualTo(ended.version());
    }

    private ContainerCommand.Hear hear(Observed.What what) {
        return new ContainerCommand.Hear(NODE, 1, List.of(new ContainerCommand.Heard(++observations, what)));
    }

    @Test
    void tellsWhoDisturbsIt() {
        running();
        published.clear();
        var by = List.of(new Observed.Disturber(new ContainerId("b".repeat(64)), "batch", 71), new Observed.Disturber(null, "", 4));
        tell(hear(new Observed.What.Disturbed(Observed.Awaited.IO, 43.1, 2001, by)));
        assertThat(published()).containsExactly(new ContainerEvent.Disturbed(ID, NODE, Observed.Awaited.IO, 43.1, 2001, by));
    }

    @Test
    void tellsEachTimeThatItsSharedMemoryFills() {
        running();
        published.clear();
        var filled = new Observed.Filled(Bytes.mebi(62), Bytes.mebi(64), NOON);
        shared(filled);
        shared(filled);
        shared(null);
        shared(new Observed.Filled(Bytes.mebi(63), Bytes.mebi(64), NOON.plusSeconds(60)));
        assertThat(published()).containsExactly(
                new ContainerEvent.SharedMemoryFilled(ID, NODE, Bytes.mebi(62), Bytes.mebi(64)),
                new ContainerEvent.SharedMemoryFilled(ID, NODE, Bytes.mebi(63), Bytes.mebi(64)));
    }

    private void shared(Observed.Filled filled) {
        Observed.Container runs = ((ContainerCommand.Observe) observe(Observed.Phase.RUNNING, 1, ++observations, 1)).observed();
        tell(new ContainerCommand.Observe(
                NODE, observations, 1,
                new Observed.Container(
                        ID, runs.phase(), runs.run(), runs.restarts(), runs.pid(), runs.startedAt(), null, runs.ready(), null, null, null, null, null, null, null,
                        null, List.of(), filled, null)));
    }

    @Test
    void whatDoesNotRunCanNotBePaused() {
        make(PERSON, Desired.Life.CREATED);
        tell(place(1));
        assertThat(refused(new ContainerCommand.Pause())).isEqualTo(ProblemType.CONFLICT);
    }

    @Test
    void aStopOrAnEndTakesAPauseBack() {
        running();
        tell(new ContainerCommand.Pause());
        see(Observed.Phase.PAUSED, 1);
        tell(new ContainerCommand.Kill("SIGHUP"));
        assertThat(container.paused()).as("a signal waits for it").isTrue();
        tell(new ContainerCommand.Stop(null, null));
        assertThat(container.paused()).isFalse();
        see(Observed.Phase.STOPPING, 1);
        assertThat(state()).isEqualTo(ContainerView.State.STOPPING);
        see(Observed.Phase.EXITED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.EXITED);
    }

    @Test
    void whatAPersonAskedForAndNoNodeTakesLeavesNothing() {
        make(PERSON, Desired.Life.CREATED);
        tell(new ContainerCommand.Unplaceable(Map.of("n1", "full")));
        assertThat(state()).isEqualTo(ContainerView.State.REMOVED);
    }

    @Test
    void aReplicaThatNoNodeTakesWaits() {
        make(REPLICA, Desired.Life.RUNNING);
        tell(new ContainerCommand.Unplaceable(Map.of("n1", "full")));
        assertThat(state()).isEqualTo(ContainerView.State.REQUESTED);
        tell(place(1));
        assertThat(state()).isEqualTo(ContainerView.State.PLACED);
    }

    @Test
    void aPlacementOfWhatWasWithdrawnIsAnsweredByItsRemoval() {
        make(PERSON, Desired.Life.CREATED);
        tell(new ContainerCommand.Remove(true, false));
        changes.clear();
        published.clear();
        tell(place(1));
        assertThat(changes).containsExactly(new ContainerChange.Removed());
    }

    @Test
    void aLostContainerRunsOnWhenItsNodeIsBack() {
        running();
        tell(new ContainerCommand.NodeLost(NODE, 2));
        assertThat(state()).isEqualTo(ContainerView.State.LOST);
        assertThat(accepted(observe(Observed.Phase.EXITED, 1, ++observations, 1))).as("of the old epoch").isEmpty();
        tell(observe(Observed.Phase.RUNNING, 1, 1, 2));
        assertThat(state()).isEqualTo(ContainerView.State.RUNNING);
    }

    @Test
    void aLostReplicaThatIsDismissedIsGoneAtOnce() {
        running();
        tell(new ContainerCommand.NodeLost(NODE, 2));
        tell(new ContainerCommand.Dismiss());
        assertThat(state()).isEqualTo(ContainerView.State.REMOVED);
        assertThat(container.desired()).isEmpty();
    }

    @Test
    void aRemovalIsNeverTakenBack() {
        running();
        tell(new ContainerCommand.Dismiss());
        assertThat(refused(new ContainerCommand.Start())).isEqualTo(ProblemType.CONFLICT);
        see(Observed.Phase.EXITED, 1);
        assertThat(state()).isEqualTo(ContainerView.State.REMOVING);
        assertThat(container.exit().code()).isEqualTo(7);
    }

    @Test
    void anySequenceOfNewsKeepsItsPromises() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            container = null;
            observations = 1;
            make(random.nextBoolean() ? PERSON : REPLICA, random.nextBoolean() ? Desired.Life.RUNNING : Desired.Life.CREATED);
            boolean leaving = false;
            for (int step = 0; step < 60; step++) {
                Container before = container;
                if (ContainerDecider.decide(container, random(random)) instanceof Decision.Accepted(var all)) {
                    all.forEach(change -> container = ContainerDecider.evolve(container, change));
                    assertThat(container.version()).isEqualTo(before.version() + all.size());
                }
                assertThat(container.run()).isGreaterThanOrEqualTo(before.run());
                leaving = leaving || before.state().leaving();
                assertThat(container.state().leaving()).as("seed %d step %d", seed, step).isEqualTo(leaving || container.state().leaving());
            }
            // whatever happened: dismissed, and its node saying so, it is gone
            tell(new ContainerCommand.Dismiss());
            if (!(container.state() instanceof ContainerState.Removed)) {
                tell(observe(Observed.Phase.REMOVED, 1, 1, 10));
            }
            assertThat(state()).as("seed %d", seed).isEqualTo(ContainerView.State.REMOVED);
        }
    }

    private ContainerCommand random(Random random) {
        long epoch = 1 + random.nextInt(3);
        return switch (random.nextInt(18)) {
            case 0 -> new ContainerCommand.Start();
            case 1 -> new ContainerCommand.Stop(null, null);
            case 2 -> new ContainerCommand.Restart(null, null);
            case 3 -> new ContainerCommand.Kill(random.nextBoolean() ? "SIGHUP" : "SIGKILL");
            case 4 -> new ContainerCommand.Rename("n" + random.nextInt(3));
            case 5 -> random.nextInt(4) > 0 ? place(epoch) : new ContainerCommand.Remove(random.nextBoolean(), false);
            case 6 -> random.nextInt(8) > 0 ? place(epoch) : new ContainerCommand.Unplaceable(Map.of("n1", "full"));
            case 7 -> new ContainerCommand.NodeLost(NODE, epoch);
            case 8 -> new ContainerCommand.NodeReturned(NODE, epoch);
            case 12 -> new ContainerCommand.Connect(NetworkUse.of("n" + random.nextInt(3)));
            case 13 -> new ContainerCommand.Disconnect("n" + random.nextInt(3));
            case 14 -> new ContainerCommand.RefuseConnect("n" + random.nextInt(3), ProblemType.NO_ADDRESS, "full", null);
            case 10 -> new ContainerCommand.Pause();
            case 11 -> new ContainerCommand.Unpause();
            case 9 -> random.nextInt(8) > 0 ? place(epoch) : new ContainerCommand.RefuseLease(ProblemType.NO_ADDRESS, "full", null);
            default -> {
                Observed.Phase[] phases = Observed.Phase.values();
                Observed.Phase phase = phases[random.nextInt(phases.length - (random.nextInt(10) > 0 ? 1 : 0))];
                yield observe(phase, random.nextInt(4), random.nextInt(60), epoch);
            }
        };
    }

    private void running() {
        make(PERSON, Desired.Life.RUNNING);
        tell(place(1));
        see(Observed.Phase.RUNNING, 1);
    }

    private void runsOnce(ContainerSpec spec) {
        begins(spec);
        see(Observed.Phase.RUNNING, 1);
    }

    private void begins(ContainerSpec spec) {
        container = null;
        make(PERSON, Desired.Life.RUNNING, spec);
        tell(place(1));
    }

    private void make(Owner owner, Desired.Life life) {
        make(owner, life, Samples.spec("shop/web:1"));
    }

    private void make(Owner owner, Desired.Life life, ContainerSpec spec) {
        tell(new ContainerCommand.Request(ID, "default", "web", owner, spec, Samples.image(spec.image()), life, NOON));
    }

    private static ContainerCommand place(long epoch) {
        return new ContainerCommand.Place(NODE, "n1", epoch, Map.of("n1", "chosen"));
    }

    private void see(Observed.Phase phase, long run) {
        tell(observe(phase, run, ++observations, container.place().epoch()));
    }

    private static ContainerCommand observe(Observed.Phase phase, long run, long version, long epoch) {
        return new ContainerCommand.Observe(NODE, version, epoch, PlayedAgent.phase(ID, phase, run));
    }

    private void tell(ContainerCommand command) {
        for (ContainerChange change : accepted(command)) {
            Container before = container;
            container = ContainerDecider.evolve(container, change);
            changes.add(change);
            published.addAll(Publication.of(before, container, change));
        }
        assertThat(Json.read(Json.write(container), Container.class)).as("as it is read again").isEqualTo(container);
    }

    private List<ContainerChange> accepted(ContainerCommand command) {
        Decision decision = ContainerDecider.decide(container, command);
        assertThat(decision).isInstanceOf(Decision.Accepted.class);
        return ((Decision.Accepted) decision).changes();
    }

    private ProblemType refused(ContainerCommand command) {
        Decision decision = ContainerDecider.decide(container, command);
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return ((Decision.Refused) decision).refusal().type();
    }

    private List<Event> published() {
        return published;
    }

    private ContainerView.State state() {
        return container.state().word();
    }
}
