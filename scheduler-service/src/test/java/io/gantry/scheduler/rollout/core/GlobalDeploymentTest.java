package io.gantry.scheduler.rollout.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.NodeConstraint;
import io.gantry.contracts.view.DeploymentView.Status;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.node.core.Health;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GlobalDeploymentTest {
    private static final DeploymentSpec SPEC = DeploymentSpec.global(
            Scene.template(1).but().constraints(List.of(NodeConstraint.parse("node.labels.zone==a"))).build(),
            new DeploymentSpec.Rollout(0, 1, Duration.ofSeconds(120), Duration.ofSeconds(2)), null);
    private static final Map<String, String> A = Map.of("zone", "a");

    private final Scene scene = new Scene(3, SPEC);
    private final NodeId one = scene.node("one", A);
    private final NodeId two = scene.node("two", A);
    private final NodeId outside = scene.node("outside", Map.of("zone", "b"));

    @Test
    void wantsOneReplicaOnEachNodeThatMeetsItsConstraints() {
        scene.reconcile();
        assertThat(nodesOf(scene.events())).containsExactly("one", "two");
        assertThat(scene.deployment().wanted()).isEqualTo(2);
        assertThat(scene.deployment().places()).isEqualTo(Map.of(0, one, 1, two));
        assertThat(scene.deployment().explain()).isEqualTo("0 of 2 replicas of revision 1 are ready");
    }

    @Test
    void isSteadyWhenEachNodeHasOne() {
        steady();
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
        assertThat(scene.deployment().finished()).isEqualTo(1);
    }

    @Test
    void aNodeThatComesGetsOne() {
        steady();
        int before = scene.events().size();
        scene.node("three", A);
        scene.reconcile();
        assertThat(nodesOf(scene.events().subList(before, scene.events().size()))).containsExactly("three");
        assertThat(scene.deployment().status()).isEqualTo(Status.ROLLING);
    }

    /** Its spec takes one out before another comes. */
    @Test
    void aReplicaServesOnWhileItsOwnNodeFetchesTheImageAndAnotherGoesFirst() {
        steady();
        scene.fetchingAhead(2, two).become(2);
        assertThat(scene.matching(replica -> replica.phase() == Replica.Phase.RETIRING)).extracting(Replica::node).containsExactly(one);
        assertThat(scene.matching(Replica::ready)).extracting(Replica::node).containsExactly(two);
        scene.after(Duration.ofSeconds(5)).allReady(one);
        assertThat(scene.matching(Replica::ready)).extracting(Replica::node).containsExactlyInAnyOrder(one, two);
        scene.fetchingAhead(2).reconcile();
        assertThat(scene.matching(replica -> replica.phase() == Replica.Phase.RETIRING)).extracting(Replica::node).containsExactly(two);
    }

    @Test
    void aLostNodesReplicaIsMadeNowhereElseAndAgainWhenTheNodeIsBack() {
        steady();
        int before = scene.events().size();
        scene.set(two, Health.LOST, false);
        assertThat(nodesOf(scene.events().subList(before, scene.events().size()))).isEmpty();
        assertThat(scene.deployment().wanted()).isEqualTo(1);
        scene.set(two, Health.READY, false);
        assertThat(nodesOf(scene.events().subList(before, scene.events().size()))).containsExactly("two");
    }

    @Test
    void aDrainedNodesReplicaRetiresAndNobodyWaitsForAnother() {
        steady();
        scene.set(one, Health.READY, true);
        assertThat(scene.matching(replica -> replica.phase() == Replica.Phase.RETIRING)).extracting(Replica::node).containsExactly(one);
        scene.whenDue();
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
    }

    @Test
    void aNodeThatIsAnotherByNowLosesItsReplicaAndOneThatBecomesSoGetsOne() {
        steady();
        int before = scene.events().size();
        scene.label(one, Map.of("zone", "b")).label(outside, A);
        assertThat(nodesOf(scene.events().subList(before, scene.events().size()))).containsExactly("outside");
        assertThat(scene.matching(replica -> replica.node() != null && replica.node().equals(one)))
                .extracting(Replica::phase, Replica::detail)
                .containsExactly(tuple(Replica.Phase.RETIRING, "its node one is another by now: it doesn't meet node.labels.zone==a"));
    }

    @Test
    void aReplicaThatServesOnANodeThatIsMeantAgainGoesOn() {
        steady();
        scene.set(one, Health.READY, true).set(one, Health.READY, false);
        assertThat(scene.deployment().places()).containsValues(one, two);
        scene.whenDue().allReady(one);
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
        assertThat(scene.matching(Replica::ready)).extracting(Replica::node).containsExactlyInAnyOrder(one, two);
    }

    @Test
    void aNewRevisionGoesNodeByNode() {
        steady();
        scene.wish(new DeploymentWish.Become(SPEC.withTemplate(SPEC.template().but().image(Scene.template(2).image()).build()), Scene.image(2), "test"));
        assertThat(scene.matching(Replica::ready)).hasSize(1);
        scene.whenDue();
        for (int i = 0; i < 4 && scene.deployment().rollingOut(); i++) {
            scene.starting().forEach(replica -> scene.place(replica.container(), scene.deployment().places().get(replica.slot())).ready(replica.container()));
            scene.after(Duration.ofSeconds(3));
        }
        assertThat(scene.deployment().status()).isEqualTo(Status.STEADY);
        assertThat(scene.matching(replica -> replica.revision() == 2)).extracting(Replica::node).containsExactlyInAnyOrder(one, two);
    }

    @Test
    void isNeitherScaledNorMadeReplicated() {
        steady();
        scene.wish(new DeploymentWish.Scale(3));
        scene.wish(new DeploymentWish.Become(new DeploymentSpec(2, SPEC.template(), SPEC.rollout()), Scene.image(1), "test"));
        assertThat(scene.story())
                .contains("-- refused: web is global: it has one replica on each node")
                .contains("-- refused: web is global, and stays so as long as it is there");
        assertThat(scene.deployment().spec()).isEqualTo(SPEC);
    }

    @Test
    void replicasOfAReplicatedOneLeaveANodeThatIsAnotherByNow() {
        Scene other = new Scene(4, new DeploymentSpec(1, SPEC.template(), SPEC.rollout()));
        NodeId node = other.node("one", A);
        other.reconcile().allReady(node);
        other.label(node, Map.of());
        assertThat(other.story()).contains("retire web-0 r1: its node one is another by now: it doesn't meet node.labels.zone==a");
    }

    private void steady() {
        scene.reconcile().allReady(one, two);
    }

    private static List<String> nodesOf(List<DeploymentEvent> events) {
        return events.stream().filter(DeploymentEvent.ContainerWanted.class::isInstance).map(event -> ((DeploymentEvent.ContainerWanted) event).spec().nodeName()).toList();
    }
}
