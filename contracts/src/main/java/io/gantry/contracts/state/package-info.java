/**
 * State records: whole values on the two compacted topics, {@code gantry.node.desired} and {@code gantry.node.observed},
 * keyed {@code nodeId/kind/id}. A record replaces the one before it; a tombstone means gone.
 */
package io.gantry.contracts.state;
