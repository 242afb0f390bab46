package io.gantry.scheduler.node.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import java.time.Instant;

/** A node as it was last written: its facts as of then, its health as last decided. */
public record Node(
        NodeId id, Health health, boolean drained, long epoch, Observed.Node facts, Instant joinedAt, Instant lastSeen) {

    public String name() {
        return facts.name();
    }

    Node withDrained(boolean yes) {
        return new Node(id, health, yes, epoch, facts, joinedAt, lastSeen);
    }

    Node withHealth(Health other, long raised) {
        return new Node(id, other, drained, raised, facts, joinedAt, lastSeen);
    }

    /** Nothing about the machine is new in {@code other}. */
    public boolean sameFacts(Observed.Node other) {
        return timeless(facts).equals(timeless(other));
    }

    private static Observed.Node timeless(Observed.Node node) {
        return new Observed.Node(
                node.id(), node.name(), node.address(), node.streamPort(), node.cpu(), node.memory(), node.architecture(),
                node.kernel(), node.agentVersion(), node.boot(), node.labels(), node.withheldPorts(), node.runtimes(), node.prefetched(), null);
    }
}
