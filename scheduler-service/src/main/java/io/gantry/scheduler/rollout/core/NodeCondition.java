package io.gantry.scheduler.rollout.core;

import io.gantry.scheduler.node.core.Health;

/** What a rollout needs to know of a node. */
public record NodeCondition(String name, Health health, boolean drained) {}
