package io.gantry.scheduler.rollout.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.ClusterSnapshot;
import io.gantry.scheduler.placement.core.NodeCapacity;
import io.gantry.scheduler.placement.core.NodeNeeds;
import io.gantry.scheduler.placement.core.NodeTraits;
import io.gantry.scheduler.placement.core.PlacementRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefetchPlanTest {
    private static final DeploymentId WEB = new DeploymentId(Ids.of("deployment", Scene.START, new Random(1)));
    private static final long MEMORY = 4096;

    /** @param nodes name, and mebibytes of 4096 that others have, {@code drained}, {@code suspect} or {@code arm} */
    @ParameterizedTest
    @CsvSource({
        // those of the old replicas, and where three more would go
        "'n1 n2 n3 n4 n5', 'n1 n2 n3', 3, 'n1 n2 n3 n4 n5'",
        "'n1 n2 n3 n4:1 n5:2 n6:3 n7:4', 'n1 n2', 2, 'n1 n2 n3 n4'",
        "'n1 n2', 'n1', 1, 'n1 n2'",
        "'n1', 'n1', 3, 'n1'",
        // no room for any beside the old ones
        "'n1:4000 n2:4000 n3', 'n1 n2', 1, 'n1 n2 n3'",
        "'n1:4000 n2:4000', 'n1 n2', 2, 'n1 n2'",
        // what takes nothing new
        "'n1:drained n2:suspect n3:arm n4', 'n1 n2 n3', 3, 'n4'",
        "'n1:drained', 'n1', 1, ''",
    })
    void theyAreThoseThatReplicasLeaveAndThoseThatTheyGoTo(String nodes, String replicas, int wanted, String expected) {
        List<NodeCapacity> all = Arrays.stream(nodes.split(" ")).map(node -> node(node, List.of(replicas.split(" ")))).toList();
        Map<NodeId, String> names = all.stream().collect(Collectors.toMap(NodeCapacity::id, NodeCapacity::name));
        var request = new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(512), new NodeNeeds(null, List.of(), "amd64", "namespaces"), WEB);
        assertThat(PrefetchPlan.nodes(deployment(wanted, 2, 1, 0, replicas.split(" ")), request, new ClusterSnapshot(all)).stream().map(names::get).sorted().collect(Collectors.joining(" "))).isEqualTo(expected);
    }

    @Test
    void itIsDueWhileARevisionTakesThePlaceOfAnother() {
        assertThat(PrefetchPlan.isDue(deployment(1, 2, 1, 0, "n1"))).isTrue();
        assertThat(PrefetchPlan.isDue(deployment(1, 1, 0, 0, "n1"))).as("the first one").isFalse();
        assertThat(PrefetchPlan.isDue(deployment(1, 2, 2, 0, "n1"))).as("it has finished").isFalse();
        assertThat(PrefetchPlan.isDue(deployment(1, 2, 1, 2, "n1"))).as("it has failed").isFalse();
        assertThat(PrefetchPlan.isDue(deployment(0, 2, 1, 0, "n1"))).as("none is wanted").isFalse();
        assertThat(PrefetchPlan.isDue(deployment(1, 2, 1, 0))).as("none is there").isFalse();
    }

    /** Its replicas are of revision 1. */
    private static Deployment deployment(int wanted, int revision, int finished, int failed, String... nodes) {
        List<Replica> replicas = Arrays.stream(nodes)
                .map(name -> new Replica(new ContainerId("%064x".formatted(name.hashCode())), name, 0, 1, id(name), Replica.Phase.READY, "RUNNING", Scene.START, Scene.START, 0, null))
                .toList();
        DeploymentSpec spec = Scene.spec(1, 1, 0).withReplicas(wanted);
        return new Deployment(WEB, "default", "web", spec, revision, finished, Map.of(1, 1, 2, 2), null, failed, false, Scene.START, Map.of(), Map.of(), null, replicas);
    }

    private static NodeCapacity node(String text, List<String> replicas) {
        String[] words = text.split(":");
        String what = words.length > 1 ? words[1] : "0";
        long requested = what.matches("\\d+") ? Long.parseLong(what) : 0;
        return new NodeCapacity(
                new NodeTraits(id(words[0]), words[0], what.equals("arm") ? "arm64" : "amd64", null, Map.of()), what.equals("suspect") ? Health.SUSPECT : Health.READY, what.equals("drained"), 1,
                new MilliCpu(4000), Bytes.mebi(MEMORY), MilliCpu.ZERO, Bytes.mebi(requested), 0, 0, replicas.contains(words[0]) ? 1 : 0, 0);
    }

    private static NodeId id(String name) {
        return new NodeId(Ids.of("node", Scene.START, new Random(name.hashCode())));
    }
}
