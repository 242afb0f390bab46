package io.gantry.contracts.event;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Ipv4;

/** Nodes, from scheduler-service. */
public sealed interface NodeEvent extends Event {
    NodeId id();

    @Override
    default String subject() {
        return id().value();
    }

    /** First seen. */
    record Joined(NodeId id, String name, Ipv4 address, int streamPort, long epoch) implements NodeEvent {}

    /** Its heartbeats arrive (again). {@code epoch} has grown if it was lost in between. */
    record Ready(NodeId id, String name, Ipv4 address, int streamPort, long epoch) implements NodeEvent {}

    /** No heartbeat for 3 s. Nothing is done yet. */
    record Suspect(NodeId id, String name) implements NodeEvent {}

    /** No heartbeat for 10 s: its replicas are placed elsewhere. Records of an epoch below {@code epoch} are void from now on. */
    record Lost(NodeId id, String name, long epoch) implements NodeEvent {}

    record Drained(NodeId id, String name) implements NodeEvent {}

    record Removed(NodeId id, String name) implements NodeEvent {}
}
