package io.gantry.network.endpoint.core;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.network.naming.core.DnsNames;
import io.gantry.network.network.core.Network;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a container wants of networks.
 *
 * @param ready it runs already, and may receive traffic
 */
public record Wish(ContainerId container, NodeId node, String nodeName, ContainerSpec spec, String name, Owner owner, boolean ready) {
    public static Wish of(ContainerEvent.Placed placed) {
        return new Wish(placed.id(), placed.node(), placed.nodeName(), placed.spec(), placed.name(), placed.owner(), false);
    }

    public static Wish of(ContainerEvent.NetworksChanged changed) {
        return new Wish(changed.id(), changed.node(), changed.nodeName(), changed.spec(), changed.name(), changed.owner(), changed.ready());
    }

    /** A replica's ports are the deployment's. */
    public List<PortPublish> ports() {
        return owner instanceof Owner.Replica ? List.of() : spec.ports();
    }

    /**
     * The network by which a container has its way out, and so the one that leads to its published ports: an answer leaves by the way out. As in Docker it
     * is the first by name.
     */
    public static Optional<String> wayOut(Collection<String> networks) {
        return networks.stream().min(Comparator.naturalOrder());
    }

    /** What it answers to there, beside its name. On networks without its deployment's virtual IP a replica answers to the deployment's name, too. */
    public List<String> aliases(NetworkUse use) {
        return owner instanceof Owner.Replica replica && !use.network().equals(spec.network())
                ? Stream.concat(use.aliases().stream(), Stream.of(replica.deploymentName())).toList()
                : use.aliases();
    }

    public Endpoint endpoint(EndpointId id, NetworkUse use, Network network, Ipv4 address, List<PortPublish> ports) {
        DeploymentId deployment = owner instanceof Owner.Replica replica ? replica.deployment() : null;
        return new Endpoint(
                id, container, network.id(), node, address, use.mac(), DnsNames.of(container, name, aliases(use)), spec.readiness() != null, ready, false, deployment, ports);
    }
}
