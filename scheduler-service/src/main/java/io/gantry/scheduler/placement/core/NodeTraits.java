package io.gantry.scheduler.placement.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import java.util.List;
import java.util.Map;

/**
 * What a node is, whatever is asked of it at the moment.
 *
 * @param architecture as its kernel calls it; {@code null} or empty where that is unknown
 * @param runtimes the runtime classes that it offers
 * @param labels those that its agent was given
 */
public record NodeTraits(NodeId id, String name, String architecture, List<String> runtimes, Map<String, String> labels) {
    public NodeTraits {
        // agents from before there were classes had the one
        runtimes = runtimes == null || runtimes.isEmpty() ? List.of(ContainerSpec.DEFAULT_RUNTIME) : List.copyOf(runtimes);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }
}
