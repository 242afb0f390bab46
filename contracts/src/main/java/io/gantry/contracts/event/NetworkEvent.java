package io.gantry.contracts.event;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Cidr;
import java.util.Map;

/** Networks, from network-service. */
public sealed interface NetworkEvent extends Event {
    NetworkId id();

    @Override
    default String subject() {
        return id().value();
    }

    /** @param labels none in facts from before they were told */
    record Created(NetworkId id, String project, String name, Cidr subnet, Map<String, String> labels) implements NetworkEvent {
        public Created {
            labels = labels == null ? Map.of() : Map.copyOf(labels);
        }

        public Created(NetworkId id, String project, String name, Cidr subnet) {
            this(id, project, name, subnet, null);
        }
    }

    record Removed(NetworkId id, String project, String name) implements NetworkEvent {}
}
