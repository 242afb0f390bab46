package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.node.core.Health;
import java.util.Map;
import java.util.Optional;

/** What must become of a replica because of how it and its node are, whatever its deployment wants. */
final class ReplicaFate {
    private ReplicaFate() {}

    /** @param nodes all there are; a replica on a node that is missing there won't be heard of again */
    static Optional<RolloutStep> of(Replica replica, Map<NodeId, NodeCondition> nodes) {
        NodeCondition node = replica.node() == null ? null : nodes.get(replica.node());
        boolean nodeGone = replica.node() != null && node == null;
        boolean nodeLost = node != null && node.health() == Health.LOST;
        return Optional.ofNullable(
                switch (replica.phase()) {
                    case LEAVING -> nodeGone || replica.node() == null ? new RolloutStep.Forget(replica.container()) : null;
                    case ENDED -> nodeGone ? new RolloutStep.Forget(replica.container()) : null;
                    case DEAD -> nodeGone || replica.state().equals("REMOVED")
                            ? new RolloutStep.Forget(replica.container())
                            : new RolloutStep.Unwant(replica.container(), replica.detail());
                    case RETIRING -> nodeGone || nodeLost ? new RolloutStep.Unwant(replica.container(), replica.detail()) : null;
                    case STARTING, READY -> nodeGone
                            ? new RolloutStep.Unwant(replica.container(), "its node was removed")
                            : nodeLost ? new RolloutStep.Unwant(replica.container(), "its node " + node.name() + " was lost") : null;
                });
    }
}
