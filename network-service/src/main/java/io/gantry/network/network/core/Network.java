package io.gantry.network.network.core;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Cidr;
import java.time.Instant;

/** @param vni its VXLAN identifier, no other network's */
public record Network(NetworkId id, String project, String name, Cidr subnet, int vni, Instant createdAt) {}
