package io.gantry.scheduler.rollout.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Job;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.DeploymentView.Status;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.Replica.Phase;
import io.gantry.scheduler.node.core.Health;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobDeciderTest {
    @ParameterizedTest(name = "{0} completions, {1} at a time, {2} done: {3} run")
    @CsvSource({"3, 2, 0, 2", "3, 2, 1, 2", "3, 2, 2, 1", "3, 2, 3, 0", "3, 9, 0, 3", "3, , 0, 3", "1, 1, 0, 1", "5, 1, 4, 1"})
    void asManyRunAsMayAndNoneThatIsDone(int completions, Integer maxConcurrent, int done, int running) {
        Scene scene = job(completions, maxConcurrent, 3);
        NodeId node = scene.node("one");
        scene.reconcile();
        for (int i = 0; i < done; i++) {
            scene.run(scene.starting().getFirst(), node).exit(running(scene).getFirst(), 0);
        }
        assertThat(scene.matching(Replica::active)).hasSize(running);
        assertThat(scene.deployment().completed()).hasSize(done);
        assertThat(scene.deployment().status()).isEqualTo(done == completions ? Status.COMPLETE : Status.RUNNING);
    }

    @Test
    void isCompleteWhenEachSlotHasEndedWellAndSaysSoOnce() {
        Scene scene = job(2, null, 3);
        NodeId node = scene.node("one");
        scene.reconcile();
        runAll(scene, node, 0);
        assertThat(scene.deployment().status()).isEqualTo(Status.COMPLETE);
        assertThat(scene.deployment().explain()).isNull();
        scene.after(Duration.ofHours(1)).after(Duration.ofHours(1));
        assertThat(scene.events().stream().filter(DeploymentEvent.RolloutFinished.class::isInstance)).hasSize(1);
        assertThat(scene.matching(replica -> replica.phase() == Phase.ENDED)).as("they stay to be read").hasSize(2);
        assertThat(scene.due()).isNull();
    }

    @ParameterizedTest(name = "{0} attempts, {1} of them fail: {2}")
    @CsvSource({"3, 0, COMPLETE", "3, 1, COMPLETE", "3, 2, COMPLETE", "3, 3, FAILED", "1, 1, FAILED", "0, 9, COMPLETE"})
    void isTriedUntilItsAttemptsAreOver(int attempts, int failures, Status status) {
        Scene scene = job(1, null, attempts);
        NodeId node = scene.node("one");
        scene.reconcile();
        for (int i = 0; i < failures; i++) {
            scene.run(scene.starting().getFirst(), node).exit(running(scene).getFirst(), 7);
            if (scene.due() != null) {
                assertThat(scene.starting()).as("before its back-off is over").isEmpty();
                scene.whenDue();
            }
        }
        runAll(scene, node, 0);
        assertThat(scene.deployment().status()).isEqualTo(status);
        assertThat(scene.deployment().run().failuresOf(0)).isEqualTo(failures);
    }

    @Test
    void oneThatIsGivenUpTakesNothingFromTheOthersAndIsNamedInTheEnd() {
        Scene scene = job(3, 1, 2);
        NodeId node = scene.node("one");
        scene.reconcile();
        for (int i = 0; i < 10 && scene.deployment().status() == Status.RUNNING; i++) {
            List<Replica> starting = scene.starting();
            if (starting.isEmpty()) {
                scene.whenDue();
                continue;
            }
            scene.run(starting.getFirst(), node).exit(running(scene).getFirst(), starting.getFirst().slot() == 1 ? 3 : 0);
        }
        assertThat(scene.deployment().run().done()).isEqualTo(Set.of(0, 2));
        assertThat(scene.deployment().status()).isEqualTo(Status.FAILED);
        assertThat(scene.deployment().explain()).isEqualTo("2 of 3 have ended well; replica 1 has failed 2 times: its container exited with 3");
        assertThat(scene.events()).last().isInstanceOf(DeploymentEvent.RolloutFailed.class);
    }

    @Test
    void saysHowFarItIsAndWhatFailed() {
        Scene scene = job(3, null, 3);
        NodeId node = scene.node("one");
        scene.reconcile();
        List<Replica> all = scene.starting();
        scene.run(all.get(0), node).run(all.get(1), node).exit(all.get(0), 0).exit(all.get(1), 9);
        assertThat(scene.deployment().explain()).isEqualTo("1 of 3 have ended well, 0 run; replica 1: its container exited with 9");
    }

    @Test
    void aLostNodeIsNoFailureOfItsContainer() {
        Scene scene = job(1, null, 1);
        NodeId lost = scene.node("lost");
        NodeId other = scene.node("other");
        scene.reconcile();
        scene.run(scene.starting().getFirst(), lost).set(lost, Health.LOST, false);
        assertThat(scene.deployment().run().failuresOf(0)).isZero();
        runAll(scene, other, 0);
        assertThat(scene.deployment().status()).isEqualTo(Status.COMPLETE);
    }

    @Test
    void aDrainedNodesContainerEndsAndAnotherBegins() {
        Scene scene = job(1, null, 1);
        NodeId drained = scene.node("drained");
        scene.reconcile();
        scene.run(scene.starting().getFirst(), drained).set(drained, Health.READY, true);
        assertThat(scene.story()).contains("remove web-0 r1: its node drained is drained");
        assertThat(scene.starting()).hasSize(1);
    }

    @Test
    void anotherRevisionRunsAnewAndEndsWhatRunsOfTheOneBefore() {
        Scene scene = job(2, 1, 3);
        NodeId node = scene.node("one");
        scene.reconcile();
        scene.run(scene.starting().getFirst(), node).exit(running(scene).getFirst(), 0);
        Replica second = scene.starting().getFirst();
        scene.run(second, node).become(2);
        assertThat(scene.deployment().completed()).isEmpty();
        assertThat(scene.deployment().replica(second.container()).orElseThrow().phase()).isEqualTo(Phase.LEAVING);
        for (int i = 0; i < 2; i++) {
            scene.run(scene.starting().getFirst(), node).exit(running(scene).getFirst(), 0);
        }
        assertThat(scene.deployment().status()).isEqualTo(Status.COMPLETE);
        assertThat(scene.deployment().finished()).isEqualTo(2);
    }

    @Test
    void moreCompletionsGoOnWithWhatIsDoneAndMoreAttemptsWithWhatWasGivenUp() {
        Scene scene = job(1, null, 1);
        NodeId node = scene.node("one");
        scene.reconcile();
        runAll(scene, node, 1);
        assertThat(scene.deployment().status()).isEqualTo(Status.FAILED);
        scene.wish(new DeploymentWish.Become(spec(new Job(2, null, 2)), Scene.image(1), "test"));
        assertThat(scene.deployment().status()).isEqualTo(Status.RUNNING);
        scene.after(Duration.ofSeconds(2));
        runAll(scene, node, 0);
        assertThat(scene.deployment().status()).isEqualTo(Status.COMPLETE);
        assertThat(scene.deployment().revision()).isEqualTo(1);
    }

    @Test
    void theLatestContainersThatEndedAreKept() {
        Scene scene = job(JobDecider.KEPT + 5, null, 1);
        NodeId node = scene.node("one");
        scene.reconcile();
        for (Replica replica : scene.starting()) {
            scene.run(replica, node).after(Duration.ofSeconds(1)).exit(replica, 0);
        }
        assertThat(scene.matching(replica -> replica.phase() == Phase.ENDED)).hasSize(JobDecider.KEPT).extracting(Replica::slot).doesNotContain(0, 1, 2, 3, 4);
        assertThat(scene.deployment().status()).isEqualTo(Status.COMPLETE);
        assertThat(scene.starting()).isEmpty();
    }

    @Test
    void onEachNodeItRunsOnceAndOnOneThatComesToo() {
        Scene scene = new Scene(7, DeploymentSpec.job(template(), new Job(null, null, 2), null));
        NodeId one = scene.node("one");
        NodeId two = scene.node("two");
        scene.reconcile();
        scene.starting().forEach(replica -> scene.run(replica, scene.deployment().places().get(replica.slot())));
        running(scene).forEach(replica -> scene.exit(replica, 0));
        assertThat(scene.deployment().status()).isEqualTo(Status.COMPLETE);
        scene.set(two, Health.LOST, false).set(two, Health.READY, false);
        assertThat(scene.starting()).as("where it is done it stays done").isEmpty();
        NodeId three = scene.node("three");
        scene.reconcile();
        assertThat(scene.deployment().places()).containsValues(one, two, three);
        assertThat(scene.deployment().status()).isEqualTo(Status.RUNNING);
        scene.run(scene.starting().getFirst(), three).exit(running(scene).getFirst(), 0);
        assertThat(scene.deployment().status()).isEqualTo(Status.COMPLETE);
    }

    @Test
    void whatFailedOnANodeIsTriedAgainWhenItHasComeBack() {
        Scene scene = new Scene(7, DeploymentSpec.job(template(), new Job(null, null, 1), null));
        NodeId one = scene.node("one");
        scene.reconcile();
        runAll(scene, one, 1);
        assertThat(scene.deployment().status()).isEqualTo(Status.FAILED);
        scene.set(one, Health.LOST, false).set(one, Health.READY, false);
        assertThat(scene.deployment().status()).isEqualTo(Status.RUNNING);
        runAll(scene, one, 0);
        assertThat(scene.deployment().status()).isEqualTo(Status.COMPLETE);
    }

    @Test
    void withoutAnyNodeThatItIsForItIsNotComplete() {
        Scene scene = new Scene(7, DeploymentSpec.job(template(), new Job(null, null, null), null));
        scene.reconcile();
        assertThat(scene.deployment().status()).isEqualTo(Status.RUNNING);
        assertThat(scene.deployment().explain()).isEqualTo("0 of 0 have ended well, 0 run");
    }

    @Test
    void itsContainersAreNotStartedAgainByTheirNodes() {
        Scene scene = job(1, null, 3);
        scene.node("one");
        scene.reconcile();
        assertThat(scene.events()).filteredOn(DeploymentEvent.ContainerWanted.class::isInstance).extracting(event -> ((DeploymentEvent.ContainerWanted) event).spec().restart()).containsExactly(RestartPolicy.NO);
    }

    @ParameterizedTest
    @CsvSource({"0, COMPLETE, 0", "4, FAILED, 1"})
    void aRestartThatSomebodyAskedForIsNoFailureAndTheContainerGoesOnBeingItsSlots(int exitCode, Status status, int failures) {
        Scene scene = job(1, null, 1);
        NodeId node = scene.node("one");
        scene.reconcile();
        Replica only = scene.starting().getFirst();
        scene.run(only, node).exitToRunAgain(only);
        assertThat(scene.matching(Replica::active)).extracting(Replica::container).as("none beside it").containsExactly(only.container());
        assertThat(scene.deployment().run().failuresOf(0)).isZero();
        assertThat(scene.deployment().explain()).contains("it is started again, as somebody asked");
        scene.run(only, node).exit(only, exitCode);
        assertThat(scene.deployment().status()).isEqualTo(status);
        assertThat(scene.deployment().run().failuresOf(0)).isEqualTo(failures);
        assertThat(scene.events()).filteredOn(DeploymentEvent.ContainerWanted.class::isInstance).hasSize(1);
    }

    @Test
    void hasNoReplicasToBeScaled() {
        Scene scene = job(1, null, 3);
        scene.wish(new DeploymentWish.Scale(3));
        assertThat(scene.story()).contains("-- refused: web is a job: it has no replicas");
    }

    private static ContainerSpec template() {
        return ContainerSpec.of(ImageRef.parse("shop/web:1"));
    }

    private static DeploymentSpec spec(Job job) {
        return DeploymentSpec.job(template(), job, null);
    }

    private static Scene job(int completions, Integer maxConcurrent, int attempts) {
        return new Scene(5, spec(new Job(completions, maxConcurrent, attempts)));
    }

    private static List<Replica> running(Scene scene) {
        return scene.matching(Replica::ready);
    }

    private static void runAll(Scene scene, NodeId node, int exitCode) {
        scene.starting().forEach(replica -> scene.run(replica, node).exit(replica, exitCode));
    }
}
