package io.gantry.network.endpoint.stream;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.network.address.store.Leases;
import io.gantry.network.endpoint.core.Endpoint;
import io.gantry.network.endpoint.core.HostPorts;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.endpoint.store.Ports;
import io.gantry.network.naming.core.DnsNames;
import io.gantry.network.network.core.Network;
import io.gantry.network.network.store.Networks;
import io.gantry.network.overlay.core.Gateway;
import io.gantry.network.overlay.store.DesiredRecords;
import io.gantry.network.overlay.store.Gateways;
import io.gantry.network.overlay.store.Hosts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** A placed container gets its endpoint, or the reason why not, in the transaction that handles the fact. */
@Singleton
class Leasing {
    private final Networks networks;
    private final Leases leases;
    private final Endpoints endpoints;
    private final Ports ports;
    private final Hosts hosts;
    private final Gateways gateways;
    private final DesiredRecords records;
    private final World world;

    @Inject
    Leasing(
            Networks networks, Leases leases, Endpoints endpoints, Ports ports, Hosts hosts, Gateways gateways,
            DesiredRecords records, World world) {
        this.networks = networks;
        this.leases = leases;
        this.endpoints = endpoints;
        this.ports = ports;
        this.hosts = hosts;
        this.gateways = gateways;
        this.records = records;
        this.world = world;
    }

    Uni<Void> placed(Transaction transaction, ContainerEvent.Placed placed) {
        String network = placed.spec().network();
        if (!placed.spec().addressed()) {
            return Uni.createFrom().voidItem();
        }
        return networks.named(transaction.session(), network)
                .chain(found -> found.isEmpty()
                        ? refuse(transaction, placed, ServiceLeasing.unknown(network))
                        : endpoints.ofContainer(transaction.session(), placed.id())
                                .chain(existing -> existing.isPresent()
                                        ? Uni.createFrom().voidItem()
                                        : withPorts(transaction, placed, found.get())));
    }

    private Uni<Void> withPorts(Transaction transaction, ContainerEvent.Placed placed, Network network) {
        List<PortPublish> wanted = wanted(placed);
        if (wanted.isEmpty()) {
            return withGateway(transaction, placed, network, wanted);
        }
        return ports.held(transaction.session())
                .chain(held -> switch (HostPorts.grant(wanted, placed.id().value(), held)) {
                    case HostPorts.Grant.Refused(Refusal refusal) -> refuse(transaction, placed, refusal);
                    case HostPorts.Grant.Granted(var granted) -> withGateway(transaction, placed, network, granted);
                });
    }

    /** The node's own address comes first: without it an endpoint there is no use. */
    private Uni<Void> withGateway(
            Transaction transaction, ContainerEvent.Placed placed, Network network, List<PortPublish> granted) {
        return gateways.ensure(transaction, network)
                .chain(ensured -> ensured.of(placed.node()).isPresent()
                        ? Uni.createFrom().item(ensured)
                        // the node's own fact has not come yet, or the network is full
                        : hosts.put(transaction, placed.node(), placed.nodeName(), null, 0)
                                .chain(() -> gateways.ensure(transaction, network)))
                .chain(ensured -> ensured.of(placed.node())
                        .map(here -> withAddress(transaction, placed, network, granted, here, ensured))
                        .orElseGet(() -> full(transaction, placed, network)));
    }

    private Uni<Void> withAddress(
            Transaction transaction, ContainerEvent.Placed placed, Network network, List<PortPublish> granted, Gateway here,
            Gateways.Ensured around) {
        EndpointId id = new EndpointId(Ids.hex64(world.random()));
        return leases.lease(transaction, network.id().value(), network.subnet(), id.value())
                .chain(address -> address.isEmpty()
                        ? full(transaction, placed, network)
                        : attach(transaction, placed, network, here, endpoint(id, placed, network, address.get(), granted), around));
    }

    private Uni<Void> attach(
            Transaction transaction, ContainerEvent.Placed placed, Network network, Gateway here, Endpoint endpoint,
            Gateways.Ensured around) {
        return endpoints.insert(transaction, endpoint, new Endpoints.Named(placed.name(), placed.spec().aliases()))
                .chain(() -> transaction.publish(new EndpointEvent.Leased(
                        endpoint.id(), endpoint.container(), network.id(), network.name(), endpoint.address(), here.address(),
                        network.subnet().prefix(), MacAddress.of(endpoint.address()), endpoint.ports())))
                .chain(() -> around.added()
                        ? records.publish(transaction, network)
                        : records.publishNew(transaction, around, endpoint));
    }

    private static Endpoint endpoint(
            EndpointId id, ContainerEvent.Placed placed, Network network, Ipv4 address, List<PortPublish> granted) {
        return new Endpoint(
                id, placed.id(), network.id(), placed.node(), address,
                DnsNames.of(placed.id(), placed.name(), placed.spec().aliases()), placed.spec().readiness() != null, false, false,
                deployment(placed), granted);
    }

    private static DeploymentId deployment(ContainerEvent.Placed placed) {
        return placed.owner() instanceof Owner.Replica replica ? replica.deployment() : null;
    }

    /** A replica's ports are the deployment's. */
    private static List<PortPublish> wanted(ContainerEvent.Placed placed) {
        return placed.owner() instanceof Owner.Replica ? List.of() : placed.spec().ports();
    }

    private static Uni<Void> full(Transaction transaction, ContainerEvent.Placed placed, Network network) {
        return refuse(
                transaction,
                placed,
                Refusal.of(
                        ProblemType.NO_ADDRESS,
                        "no address is left in network '" + network.name() + "' (" + network.subnet() + ")",
                        "remove containers, or make a larger network"));
    }

    private static Uni<Void> refuse(Transaction transaction, ContainerEvent.Placed placed, Refusal refusal) {
        return transaction.publish(new EndpointEvent.Refused(
                placed.id(), placed.spec().network(), refusal.type(), refusal.detail(), refusal.hint()));
    }
}
