package io.gantry.scheduler.node.store;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.scheduler.node.core.Health;
import java.time.Instant;

/** A node as it is stored. */
public record NodeRecord(
        NodeId id, Health health, boolean drained, long epoch, Observed.Node facts, Instant joinedAt, Instant lastSeen) {

    /** Nothing about the machine is new in {@code other}. */
    public boolean sameFacts(Observed.Node other) {
        return timeless(facts).equals(timeless(other));
    }

    private static Observed.Node timeless(Observed.Node node) {
        return new Observed.Node(
                node.id(), node.name(), node.address(), node.streamPort(), node.cpu(), node.memory(), node.architecture(),
                node.kernel(), node.agentVersion(), node.boot(), node.labels(), null);
    }
}
