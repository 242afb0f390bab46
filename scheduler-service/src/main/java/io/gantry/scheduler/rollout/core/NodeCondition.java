package io.gantry.scheduler.rollout.core;

import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.NodeTraits;

/** What a rollout needs to know of a node. */
public record NodeCondition(NodeTraits traits, Health health, boolean drained) {
    public String name() {
        return traits.name();
    }
}
