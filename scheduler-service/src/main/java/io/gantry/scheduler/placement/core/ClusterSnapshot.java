package io.gantry.scheduler.placement.core;

import io.gantry.contracts.spec.SpreadKey;
import java.util.List;

/**
 * All nodes at one moment, as one container's placement needs them.
 *
 * @param spread over which the deployment that asks wants its replicas spread; empty where none asks
 */
public record ClusterSnapshot(List<NodeCapacity> nodes, List<SpreadKey> spread) {
    public ClusterSnapshot {
        nodes = List.copyOf(nodes);
        spread = List.copyOf(spread);
    }

    public ClusterSnapshot(List<NodeCapacity> nodes) {
        this(nodes, List.of());
    }

    public ClusterSnapshot withNodes(List<NodeCapacity> others) {
        return new ClusterSnapshot(others, spread);
    }
}
