package io.gantry.scheduler.rollout.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.SpreadKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.ClusterSnapshot;
import io.gantry.scheduler.placement.core.NodeCapacity;
import io.gantry.scheduler.placement.core.NodeNeeds;
import io.gantry.scheduler.placement.core.PlacementDecision;
import io.gantry.scheduler.placement.core.PlacementRequest;
import io.gantry.scheduler.placement.core.Placer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rollouts with the placer: wherever the replicas of a revision were, those of the next are evenly spread. */
class SpreadRolloutTest {
    private static final List<SpreadKey> ZONES = List.of(new SpreadKey("zone"));

    @Test
    void aRolloutEndsEvenlySpreadFromWhereverItBegan() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int surge = random.nextInt(3);
            DeploymentSpec spec = Scene.spec(2 + random.nextInt(7), surge, surge == 0 ? 1 : random.nextInt(3)).spreadOver(ZONES);
            Scene scene = new Scene(seed, spec);
            List<NodeId> nodes = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(4); i++) {
                nodes.add(scene.node("n" + i, Map.of("zone", i == 0 ? "a" : i == 1 ? "b" : List.of("a", "b", "c").get(random.nextInt(3)))));
            }
            // as it was before anybody wished them spread
            scene.reconcile();
            for (Replica replica : scene.starting()) {
                scene.place(replica.container(), nodes.get(random.nextInt(nodes.size())));
                scene.ready(replica.container());
            }
            scene.become(2);
            while (scene.deployment().rollingOut()) {
                scene.starting().forEach(replica -> scene.place(replica.container(), choose(scene)));
                scene.starting().forEach(replica -> scene.ready(replica.container()));
                scene.after(Duration.ofSeconds(3));
            }
            scene.after(Duration.ofSeconds(3));
            Map<String, Integer> zones = new TreeMap<>();
            scene.nodes().values().forEach(node -> zones.put(node.traits().labels().get("zone"), 0));
            scene.matching(Replica::ready).forEach(replica -> zones.merge(scene.nodes().get(replica.node()).traits().labels().get("zone"), 1, Integer::sum));
            assertThat(zones.values().stream().mapToInt(Integer::intValue).sum()).as("seed %d", seed).isEqualTo(spec.replicas());
            assertThat(zones.values().stream().max(Integer::compare).orElseThrow() - zones.values().stream().min(Integer::compare).orElseThrow()).as("seed %d: %s", seed, zones).isLessThanOrEqualTo(1);
        }
    }

    private static NodeId choose(Scene scene) {
        Deployment deployment = scene.deployment();
        var cluster = new ClusterSnapshot(scene.nodes().values().stream().map(node -> capacity(deployment, node)).toList(), deployment.spec().spread());
        var request = new PlacementRequest(MilliCpu.ZERO, Bytes.mebi(64), NodeNeeds.NONE, deployment.id());
        return ((PlacementDecision.Placement) Placer.place(cluster, request)).node().id();
    }

    private static NodeCapacity capacity(Deployment deployment, NodeCondition node) {
        List<Replica> here = deployment.replicas().stream().filter(replica -> node.traits().id().equals(replica.node())).toList();
        int staying = (int) here.stream().filter(replica -> replica.active() && deployment.original(replica.revision()) == deployment.original(deployment.revision())).count();
        return new NodeCapacity(
                node.traits(), Health.READY, false, 1, new MilliCpu(4000), Bytes.mebi(8192), MilliCpu.ZERO, Bytes.mebi(64L * here.size()), 0, here.size(), here.size(), staying);
    }
}
