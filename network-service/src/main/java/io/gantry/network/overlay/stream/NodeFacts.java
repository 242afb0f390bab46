package io.gantry.network.overlay.stream;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.stream.FactHandling;
import io.gantry.network.NetworkTransactions;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.endpoint.store.Services;
import io.gantry.network.network.core.Network;
import io.gantry.network.overlay.store.DesiredRecords;
import io.gantry.network.overlay.store.Gateways;
import io.gantry.network.overlay.store.Hosts;
import io.gantry.network.overlay.store.Shapes;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** Nodes come with the networks that are in use and go with all they held; a new epoch has every record written again. */
@ApplicationScoped
class NodeFacts {
    private final Shapes shapes;
    private final Endpoints endpoints;
    private final Services services;
    private final Hosts hosts;
    private final Gateways gateways;
    private final DesiredRecords records;
    private final FactHandling facts;

    @Inject
    NodeFacts(
            NetworkTransactions transactions, Shapes shapes, Endpoints endpoints, Services services, Hosts hosts, Gateways gateways,
            DesiredRecords records) {
        this.shapes = shapes;
        this.endpoints = endpoints;
        this.services = services;
        this.hosts = hosts;
        this.gateways = gateways;
        this.records = records;
        this.facts = new FactHandling("network-nodes", transactions, NodeFacts::matters, this::handle);
    }

    @Incoming("network-node-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }

    private static boolean matters(Object event) {
        return event instanceof NodeEvent node
                && switch (node) {
                    case NodeEvent.Joined _, NodeEvent.Ready _, NodeEvent.Lost _, NodeEvent.Removed _ -> true;
                    case NodeEvent.Suspect _, NodeEvent.Drained _ -> false;
                };
    }

    private Uni<Void> handle(Transaction transaction, Fact fact) {
        return switch ((NodeEvent) fact.event()) {
            case NodeEvent.Joined(var id, var name, var address, var _, var epoch) -> here(transaction, id, name, address, epoch);
            case NodeEvent.Ready(var id, var name, var address, var _, var epoch) -> here(transaction, id, name, address, epoch);
            case NodeEvent.Lost(var id, var name, var epoch) -> here(transaction, id, name, null, epoch);
            case NodeEvent.Removed(var id, var _) -> gateways.dropNode(transaction, id)
                    .chain(() -> hosts.remove(transaction, id))
                    .chain(() -> records.publishAll(transaction));
            case NodeEvent.Suspect _, NodeEvent.Drained _ -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> here(Transaction transaction, NodeId id, String name, Ipv4 address, long epoch) {
        return hosts.put(transaction, id, name, address, epoch)
                .chain(() -> shapes.of(transaction))
                .chain(shape -> Multi.createFrom().iterable(shape.networks())
                        .onItem().transformToUniAndConcatenate(network -> inUse(transaction.session(), network)
                                .chain(used -> used ? gateways.ensure(transaction, network).replaceWithVoid() : Uni.createFrom().voidItem()))
                        .collect().asList())
                .chain(() -> records.publishAll(transaction));
    }

    /** The default network is: the first container on a node shall not wait for its bridge. */
    private Uni<Boolean> inUse(Mutiny.Session session, Network network) {
        if (network.name().equals(ContainerSpec.DEFAULT_NETWORK)) {
            return Uni.createFrom().item(true);
        }
        return endpoints.ofNetwork(session, network.id())
                .chain(ends -> services.ofNetwork(session, network.id()).map(virtuals -> !ends.isEmpty() || !virtuals.isEmpty()));
    }
}
