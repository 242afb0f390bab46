package io.gantry.scheduler.rollout.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.DeploymentView.Status;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentEvolution;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.node.core.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RolloutDeciderTest {
    private final Scene scene = new Scene(1, Scene.spec(3, 1, 0));
    private final NodeId one = scene.node("one");
    private final NodeId two = scene.node("two");
    private final NodeId three = scene.node("three");

    @Test
    void aNewDeploymentWantsAllReplicasAtOnce() {
        scene.reconcile();
        assertThat(scene.events()).hasSize(3).allSatisfy(event -> assertThat(event).isInstanceOf(DeploymentEvent.ContainerWanted.class));
        DeploymentEvent.ContainerWanted first = (DeploymentEvent.ContainerWanted) scene.events().getFirst();
        assertThat(first.name()).isEqualTo("web-0-" + first.container().value().substring(0, 4));
        assertThat(first.owner()).isEqualTo(new Owner.Replica(scene.deployment().id(), "web", 1, 0));
        assertThat(first.spec().restart()).isEqualTo(RestartPolicy.ALWAYS);
        assertThat(first.spec().ports()).isEmpty();
        assertThat(scene.deployment().status()).isEqualTo(Status.ROLLING);
    }

    @Test
    void isSteadyWhenAllAreReady() {
        steady();
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
        assertThat(scene.deployment().finished()).isEqualTo(1);
        assertThat(scene.due()).isNull();
    }

    /** Whoever looks between a fact and what is concluded from it isn't told that all is well. */
    @Test
    void isNotSteadyAnyMoreAsSoonAsOneIsNotReady() {
        steady();
        Replica first = scene.deployment().replicas().getFirst();
        Deployment heard = DeploymentEvolution.evolve(scene.deployment(), new ContainerEvent.Readiness(first.container(), first.node(), false), scene.now());
        assertThat(heard.status()).isEqualTo(Status.ROLLING);
        assertThat(heard.explain()).startsWith("2 of 3 replicas of revision 1 are ready");
    }

    @Test
    void askedAgainItHasNothingToSay() {
        steady();
        int said = scene.events().size();
        scene.reconcile().reconcile().after(Duration.ofHours(1));
        assertThat(scene.events()).hasSize(said);
    }

    @Test
    void goldenRollout() {
        steady();
        scene.become(2);
        while (!scene.starting().isEmpty()) {
            scene.after(Duration.ofSeconds(1)).allReady(one, two, three);
        }
        scene.whenDue().whenDue();
        golden("rolling-update");
    }

    @Test
    void goldenRolloutThatTakesOneOutFirst() {
        Scene tight = new Scene(2, Scene.spec(2, 0, 1));
        NodeId node = tight.node("one");
        tight.reconcile().allReady(node);
        tight.become(2).after(Duration.ofSeconds(1)).allReady(node).after(Duration.ofSeconds(1)).allReady(node).whenDue();
        golden("no-surge", tight);
    }

    /** The old one serves on while its place would wait for a download: until the image is there, can't come, or half of the deadline is over. */
    @Test
    void goldenRolloutThatTakesOneOutWhenItsImageIsThere() {
        Scene tight = new Scene(2, Scene.spec(2, 0, 1));
        NodeId first = tight.node("one");
        NodeId second = tight.node("two");
        tight.reconcile().allReady(first, second);
        tight.fetchingAhead(2, first, second).become(2);
        assertThat(tight.matching(Replica::ready)).as("replicas that serve while their image comes").hasSize(2);
        assertThat(tight.due()).isEqualTo(tight.now().plusSeconds(60));
        tight.after(Duration.ofSeconds(20)).fetchingAhead(2, second).reconcile();
        assertThat(tight.matching(Replica::ready)).hasSize(2);
        tight.after(Duration.ofSeconds(5)).fetchingAhead(2).reconcile().after(Duration.ofSeconds(1)).allReady(first);
        tight.after(Duration.ofSeconds(1)).allReady(second).whenDue();
        golden("no-surge-image-ahead", tight);
    }

    @Test
    void waitsNoLongerForAnImageThanHalfOfTheDeadline() {
        Scene tight = new Scene(2, Scene.spec(2, 0, 1));
        NodeId node = tight.node("one");
        tight.reconcile().allReady(node);
        tight.fetchingAhead(2, node).become(2).after(Duration.ofSeconds(59));
        assertThat(tight.matching(Replica::ready)).hasSize(2);
        tight.whenDue();
        assertThat(tight.matching(Replica::ready)).hasSize(1);
        assertThat(tight.starting()).extracting(Replica::revision).containsExactly(2);
        tight.after(Duration.ofSeconds(119));
        assertThat(tight.deployment().status()).as("what came for the one that waited has the whole deadline").isEqualTo(Status.ROLLING);
        tight.after(Duration.ofSeconds(1));
        assertThat(tight.deployment().failed()).isEqualTo(2);
    }

    @Test
    void waitsForAnImageOnceInARolloutHoweverManyReplicasItHas() {
        Scene tight = new Scene(3, Scene.spec(3, 0, 1));
        NodeId node = tight.node("one");
        tight.reconcile().allReady(node);
        tight.fetchingAhead(2, node).become(2).whenDue();
        Instant waited = tight.now();
        tight.allReady(node).allReady(node).allReady(node);
        assertThat(tight.now()).isEqualTo(waited);
        assertThat(tight.matching(replica -> replica.ready() && replica.revision() == 2)).hasSize(3);
    }

    @Test
    void waitsForNoImageOfANodeThatIsNotHeardOrTakesNothing() {
        Scene tight = new Scene(2, Scene.spec(2, 0, 1));
        NodeId node = tight.node("one");
        NodeId silent = tight.node("silent");
        NodeId drained = tight.node("drained");
        tight.reconcile().allReady(node).set(silent, Health.SUSPECT, false).set(drained, Health.READY, true);
        tight.fetchingAhead(2, silent, drained).become(2);
        assertThat(tight.matching(Replica::ready)).hasSize(1);
    }

    @Test
    void whatIsReplacedByOneThatServesWaitsForNoImage() {
        steady();
        scene.fetchingAhead(2, one, two, three).become(2).allReady(one);
        assertThat(scene.matching(replica -> replica.phase() == Replica.Phase.RETIRING)).hasSize(1);
    }

    @Test
    void goldenFailedRollout() {
        steady();
        scene.become(2);
        scene.place(scene.starting().getFirst().container(), one).fail(scene.starting().getFirst().container());
        while (scene.deployment().revision() == 2) {
            scene.whenDue();
            if (!scene.starting().isEmpty()) {
                scene.place(scene.starting().getFirst().container(), one).fail(scene.starting().getFirst().container());
            }
        }
        golden("failed-rollout");
        assertThat(scene.deployment().status()).isEqualTo(Status.FAILED);
        assertThat(scene.deployment().revision()).isEqualTo(3);
        assertThat(scene.deployment().finished()).isEqualTo(3);
        assertThat(scene.matching(Replica::ready)).extracting(Replica::revision).containsExactly(1, 1, 1);
        assertThat(scene.deployment().explain()).contains("/bin/web does not exist in the image");
    }

    @Test
    void goldenLostNode() {
        steady();
        scene.set(two, Health.SUSPECT, false).set(two, Health.LOST, false).allReady(one);
        golden("lost-node");
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
    }

    @Test
    void goldenDrain() {
        steady();
        scene.set(three, Health.READY, true).after(Duration.ofSeconds(1)).allReady(one).whenDue();
        golden("drained-node");
    }

    @Test
    void scalingDownRetiresTheLastSlots() {
        steady();
        scene.wish(new DeploymentWish.Scale(1));
        assertThat(scene.matching(replica -> replica.phase() == Replica.Phase.RETIRING)).extracting(Replica::slot).containsExactlyInAnyOrder(1, 2);
        assertThat(scene.deployment().status()).isEqualTo(Status.ROLLING);
        scene.whenDue();
        assertThat(scene.matching(replica -> replica.phase() == Replica.Phase.LEAVING)).hasSize(2);
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
    }

    @Test
    void scalingToZeroLeavesNothing() {
        steady();
        scene.wish(new DeploymentWish.Scale(0)).whenDue();
        scene.matching(_ -> true).forEach(replica ->
                scene.tell(new ContainerEvent.Removed(replica.container(), replica.node(), null)));
        assertThat(scene.deployment().replicas()).isEmpty();
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
    }

    @Test
    void aRevisionWithoutReplicasIsNotProven() {
        steady();
        scene.become(2).wish(new DeploymentWish.Scale(0)).after(Duration.ofHours(1));
        assertThat(scene.deployment().finished()).isEqualTo(1);
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
        scene.wish(new DeploymentWish.Scale(2)).after(Duration.ofSeconds(120));
        assertThat(scene.deployment().original(scene.deployment().revision())).isEqualTo(1);
        assertThat(scene.deployment().status()).isEqualTo(Status.FAILED);
    }

    @Test
    void aCrashThatTheAgentRestartsIsNotReplaced() {
        steady();
        Replica first = scene.matching(Replica::ready).getFirst();
        scene.tell(exited(first, 1));
        assertThat(scene.deployment().explain()).isEqualTo("2 of 3 replicas of revision 1 are ready; %s: its container exited with 1".formatted(first.name()));
        assertThat(scene.starting()).containsExactly(scene.deployment().replica(first.container()).orElseThrow());
        scene.ready(first.container());
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
    }

    @Test
    void aReplicaThatAPersonStopsIsReplaced() {
        steady();
        Replica first = scene.matching(Replica::ready).getFirst();
        scene.tell(new ContainerEvent.LifeChanged(first.container(), Desired.Life.STOPPED, 1)).whenDue();
        assertThat(scene.starting()).extracting(Replica::slot).containsExactly(first.slot());
    }

    @Test
    void backOffDoublesToAMinute() {
        scene.reconcile();
        List<Long> waits = new ArrayList<>();
        for (int death = 0; death < 9; death++) {
            Replica replica = scene.starting().stream().filter(each -> each.slot() == 0).findFirst().orElseThrow();
            scene.place(replica.container(), one).fail(replica.container());
            var until = scene.deployment().backOffs().get(0).until();
            waits.add(Duration.between(scene.now(), until).toSeconds());
            scene.after(Duration.between(scene.now(), until));
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void aNodeThatComesEndsTheWait() {
        scene.reconcile();
        Replica first = scene.starting().getFirst();
        scene.tell(new ContainerEvent.Unplaceable(first.container(), Map.of("one", "not enough memory")));
        assertThat(scene.deployment().explain()).contains("replica 0: no node can take it: one: not enough memory");
        assertThat(scene.starting()).hasSize(2);
        assertThat(scene.due()).isEqualTo(scene.now().plusSeconds(1));
    }

    @Test
    void goingBackKeepsTheReplicasThatAreThereStill() {
        steady();
        scene.become(2).wish(new DeploymentWish.RollBack(null));
        assertThat(scene.deployment().revision()).isEqualTo(3);
        assertThat(scene.matching(Replica::ready)).hasSize(3);
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
    }

    @Test
    void factsThatComeTwiceChangeNothing() {
        steady();
        Replica first = scene.matching(Replica::ready).getFirst();
        var before = scene.deployment();
        scene.tell(new ContainerEvent.Readiness(first.container(), one, true))
                .tell(new ContainerEvent.Started(first.container(), one, 1, scene.now()));
        assertThat(scene.deployment()).isEqualTo(before);
    }

    /** Else one that is started again on failure alone, and ended well for it, was replaced. */
    @Test
    void aReplicaThatSomebodyRestartsStays() {
        Scene some = new Scene(3, new DeploymentSpec(1, ContainerSpec.from(ImageRef.parse("shop/web:1")).restart(new RestartPolicy(RestartPolicy.Mode.ON_FAILURE, 0)).build(), null));
        NodeId node = some.node("one");
        Replica only = some.reconcile().starting().getFirst();
        some.run(only, node).exitToRunAgain(only).run(only, node);
        assertThat(some.matching(Replica::ready)).extracting(Replica::container).containsExactly(only.container());
        assertThat(some.deployment().replicas()).hasSize(1);
    }

    private void steady() {
        scene.reconcile().allReady(one, two, three);
    }

    private ContainerEvent exited(Replica replica, int code) {
        return new ContainerEvent.Exited(
                replica.container(), replica.node(), null, 1, code, Observed.ExitReason.EXITED, scene.now(), null);
    }

    private void golden(String name) {
        golden(name, scene);
    }

    /** {@code -Dgantry.golden=write} writes them anew; read the diff. */
    private static void golden(String name, Scene scene) {
        Path file = Path.of("src/test/resources/golden", name + ".txt");
        try {
            if ("write".equals(System.getProperty("gantry.golden"))) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, scene.story());
            }
            assertThat(scene.story()).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
