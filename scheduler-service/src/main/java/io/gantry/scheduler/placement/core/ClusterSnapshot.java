package io.gantry.scheduler.placement.core;

import java.util.List;

/** All nodes at one moment, as one container's placement needs them. */
public record ClusterSnapshot(List<NodeCapacity> nodes) {
    public ClusterSnapshot {
        nodes = List.copyOf(nodes);
    }
}
