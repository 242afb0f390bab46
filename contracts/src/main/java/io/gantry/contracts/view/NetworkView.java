package io.gantry.contracts.view;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Cidr;
import java.time.Instant;

/** A network. {@code used} counts its leased addresses. */
public record NetworkView(NetworkId id, String name, String project, Cidr subnet, int vni, int used, Instant createdAt) {}
