package io.gantry.network.endpoint.core;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.List;

/**
 * A container on a network.
 *
 * @param mac that its container asked for; {@code null} for the one that follows from its address
 * @param deployment whose replica it is, or {@code null}
 * @param probed its readiness is the probe's word; otherwise it is ready when it runs
 * @param retiring gets no new connections by the virtual IP
 */
public record Endpoint(
        EndpointId id,
        ContainerId container,
        NetworkId network,
        NodeId node,
        Ipv4 address,
        MacAddress mac,
        List<String> names,
        boolean probed,
        boolean ready,
        boolean retiring,
        DeploymentId deployment,
        List<PortPublish> ports) {
    public Endpoint ready(boolean now) {
        return new Endpoint(id, container, network, node, address, mac, names, probed, now, retiring, deployment, ports);
    }

    /** Of its interface. */
    public MacAddress ethernet() {
        return mac == null ? MacAddress.of(address) : mac;
    }

    public boolean isBackendOf(Service service) {
        return ready && !retiring && service.id().equals(deployment) && service.network().equals(network);
    }
}
