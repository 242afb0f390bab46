package io.gantry.scheduler.placement.core;

import java.util.Map;

/** Where a container goes, or that it can't go anywhere. {@code reasons} has one sentence for each node's name. */
public sealed interface PlacementDecision {
    Map<String, String> reasons();

    record Placement(NodeCapacity node, Map<String, String> reasons) implements PlacementDecision {}

    record NoNode(Map<String, String> reasons) implements PlacementDecision {}
}
