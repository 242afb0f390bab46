package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.time.Instant;
import java.util.List;

/**
 * A container on a network.
 *
 * @param network its name
 * @param deployment whose replica it is; {@code null} for any other container
 * @param names it answers to by DNS once it is ready
 * @param retiring it gets no new connections by the deployment's virtual IP
 */
public record EndpointView(
        @Always EndpointId id,
        @Always ContainerId container,
        @Always String network,
        NodeId node,
        Ipv4 address,
        MacAddress mac,
        @Always List<String> names,
        boolean ready,
        boolean retiring,
        DeploymentId deployment,
        @Always List<PortPublish> ports,
        Instant createdAt) {}
