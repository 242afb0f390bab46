package io.gantry.contracts.state;

/**
 * The value on {@code gantry.node.observed}.
 *
 * @param version the agent's counter, growing over its life and its restarts
 * @param epoch the epoch the agent acted under
 */
public record ObservedRecord(StateKey key, long version, long epoch, Observed body) {}
