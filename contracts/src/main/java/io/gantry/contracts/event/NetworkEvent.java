package io.gantry.contracts.event;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Cidr;

/** Networks, from network-service. */
public sealed interface NetworkEvent extends Event {
    NetworkId id();

    @Override
    default String subject() {
        return id().value();
    }

    record Created(NetworkId id, String project, String name, Cidr subnet) implements NetworkEvent {}

    record Removed(NetworkId id, String project, String name) implements NetworkEvent {}
}
