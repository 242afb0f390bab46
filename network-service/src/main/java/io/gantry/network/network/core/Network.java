package io.gantry.network.network.core;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Cidr;
import java.time.Instant;
import java.util.Map;

/** @param vni its VXLAN identifier, no other network's */
public record Network(NetworkId id, String project, String name, Cidr subnet, int vni, Instant createdAt, Map<String, String> labels) {
    public Network {
        labels = Map.copyOf(labels);
    }

    /** Without labels. */
    public Network(NetworkId id, String project, String name, Cidr subnet, int vni, Instant createdAt) {
        this(id, project, name, subnet, vni, createdAt, Map.of());
    }
}
