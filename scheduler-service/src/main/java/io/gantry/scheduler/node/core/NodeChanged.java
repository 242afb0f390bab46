package io.gantry.scheduler.node.core;

import io.gantry.contracts.id.NodeId;

/**
 * Told inside this service after a node's change is committed.
 *
 * @param mayTakeMore it can take containers that it couldn't before
 */
public record NodeChanged(NodeId id, boolean mayTakeMore) {}
