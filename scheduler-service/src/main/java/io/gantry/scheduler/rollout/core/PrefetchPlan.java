package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.ClusterSnapshot;
import io.gantry.scheduler.placement.core.NodeCapacity;
import io.gantry.scheduler.placement.core.PlacementDecision;
import io.gantry.scheduler.placement.core.PlacementRequest;
import io.gantry.scheduler.placement.core.Placer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which nodes shall have an image before its replicas come: those that the placer would choose for all of them now, beside the ones that are replaced, and those that these are on, which
 * become free. So they are at most twice as many as replicas are wanted, whatever the size of the cluster.
 *
 * <p>Example: three replicas on n1, n2 and n3 of five nodes. The first new one would go to n4, the next to n5, and one to the emptiest of all: all five fetch the image, when the rollout begins.
 */
public final class PrefetchPlan {
    private PrefetchPlan() {}

    /** Whether a revision takes the place of another one, and nothing is known against it. */
    public static boolean isDue(Deployment deployment) {
        return deployment.rollingOut() && deployment.failed() != deployment.revision() && deployment.wanted() > 0
                && deployment.replicas().stream().anyMatch(replica -> deployment.original(replica.revision()) != deployment.original(deployment.revision()));
    }

    /** @param request of a replica of the revision wanted */
    public static Set<NodeId> nodes(Deployment deployment, PlacementRequest request, ClusterSnapshot cluster) {
        Stream<NodeId> present = deployment.replicas().stream().map(Replica::node);
        Stream<NodeId> coming = deployment.spec().mode().isOnEachNode() ? deployment.places().values().stream() : placed(deployment.wanted(), request, cluster).stream();
        Set<NodeId> able = cluster.nodes().stream()
                .filter(node -> node.health() == Health.READY && !node.drained() && request.needs().unmetBy(node.traits()).isEmpty())
                .map(NodeCapacity::id)
                .collect(Collectors.toSet());
        return Stream.concat(present, coming).filter(able::contains).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Collection<NodeId> placed(int count, PlacementRequest request, ClusterSnapshot cluster) {
        List<NodeId> chosen = new ArrayList<>();
        ClusterSnapshot filling = cluster;
        while (chosen.size() < count && Placer.place(filling, request) instanceof PlacementDecision.Placement(var node, _)) {
            chosen.add(node.id());
            filling = filling.withNodes(filling.nodes().stream().map(each -> each.id().equals(node.id()) ? each.with(request) : each).toList());
        }
        return chosen;
    }
}
