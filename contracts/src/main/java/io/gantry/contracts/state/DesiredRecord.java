package io.gantry.contracts.state;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The value on {@code gantry.node.desired}.
 *
 * @param version grows with each write of the same key; an older one is ignored. Of one that went, the next after what went: what is written next may have the same
 * @param epoch the node's fencing number when this was written: an agent ignores records of an epoch older than its own
 * @param body {@code null} for one that went
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DesiredRecord(StateKey key, long version, long epoch, Desired body) {}
