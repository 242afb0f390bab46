package io.gantry.scheduler.placement.core;

import java.util.List;
import java.util.Map;

/** Where a container goes, or why it goes nowhere. {@code reasons} has one sentence for each node's name. */
public sealed interface PlacementDecision {
    Map<String, String> reasons();

    record Placement(NodeCapacity node, Map<String, String> reasons) implements PlacementDecision {}

    /**
     * Nowhere now, but a suspect node could take it: to be decided again when that is ready or lost.
     *
     * @param suspects the names of those that could, in the order of the cluster
     */
    record Wait(List<String> suspects, Map<String, String> reasons) implements PlacementDecision {}

    record NoNode(Map<String, String> reasons) implements PlacementDecision {}
}
