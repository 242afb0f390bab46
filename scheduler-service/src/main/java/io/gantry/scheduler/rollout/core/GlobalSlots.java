package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentEvolution;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.Revision;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.NodeNeeds;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives each node that a deployment on each node is for a slot of its own.
 *
 * <p>A deployment is for a node that isn't lost or drained and meets what the wanted revision asks of nodes. A node keeps its slot as long as that is
 * so. One that comes gets the slot of the replica that serves on it, if there is one, or else the smallest that no node and no replica has, so that a
 * slot never means two nodes at once: three nodes have 0, 1 and 2; when 1 is lost and a fourth comes, that has 1 if nothing is left of the replica
 * that was there, and 3 otherwise.
 */
final class GlobalSlots {
    private GlobalSlots() {}

    /** The deployment itself if it isn't for each node. */
    static Deployment assign(Deployment deployment, Map<NodeId, NodeCondition> nodes, Revision wanted) {
        if (!deployment.spec().mode().isOnEachNode()) {
            return deployment;
        }
        NodeNeeds needs = NodeNeeds.of(wanted.spec().template(), wanted.image());
        Map<Integer, NodeId> places = new TreeMap<>(deployment.places());
        places.entrySet().removeIf(place -> !staysDone(place, deployment, nodes) && !takes(nodes.get(place.getValue()), needs));
        nodes.entrySet().stream()
                .filter(node -> takes(node.getValue(), needs) && !places.containsValue(node.getKey()))
                .sorted(Comparator.comparing((Map.Entry<NodeId, NodeCondition> node) -> node.getValue().name()).thenComparing(Map.Entry::getKey))
                .forEach(node -> places.put(slot(node.getKey(), deployment, places), node.getKey()));
        return DeploymentEvolution.placed(deployment, places);
    }

    /** A node where a job has ended well is done with it, also if it is lost for a while. */
    private static boolean staysDone(Map.Entry<Integer, NodeId> place, Deployment deployment, Map<NodeId, NodeCondition> nodes) {
        return deployment.run().done().contains(place.getKey()) && nodes.containsKey(place.getValue());
    }

    private static boolean takes(NodeCondition node, NodeNeeds needs) {
        return node != null && node.health() != Health.LOST && !node.drained() && needs.unmetBy(node.traits()).isEmpty();
    }

    private static int slot(NodeId node, Deployment deployment, Map<Integer, NodeId> places) {
        return deployment.replicas().stream()
                .filter(replica -> replica.active() && node.equals(replica.node()) && !places.containsKey(replica.slot()))
                .map(Replica::slot)
                .findFirst()
                .orElseGet(() -> free(deployment, places));
    }

    private static int free(Deployment deployment, Map<Integer, NodeId> places) {
        Set<Integer> taken = new HashSet<>(places.keySet());
        deployment.replicas().forEach(replica -> taken.add(replica.slot()));
        int slot = 0;
        while (taken.contains(slot)) {
            slot++;
        }
        return slot;
    }
}
