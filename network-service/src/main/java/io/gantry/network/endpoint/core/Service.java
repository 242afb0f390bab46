package io.gantry.network.endpoint.core;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;

/** A deployment's virtual IP. */
public record Service(DeploymentId id, NetworkId network, String name, Ipv4 address, List<PortPublish> ports) {}
