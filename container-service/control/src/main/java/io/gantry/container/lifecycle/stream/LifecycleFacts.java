package io.gantry.container.lifecycle.stream;

import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.store.ContainerTransactions;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.container.lifecycle.store.Images;
import io.gantry.container.lifecycle.store.Nodes;
import io.gantry.container.volume.store.VolumeBindings;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.ShortWay;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Placements, addresses, nodes and images become commands to containers or our own copies. */
@ApplicationScoped
class LifecycleFacts {
    private static final String CONSUMER = "lifecycle";
    private final Containers containers;
    private final Nodes nodes;
    private final VolumeBindings volumes;
    private final FactHandling placements;
    private final FactHandling endpoints;
    private final FactHandling nodeFacts;
    private final FactHandling imageFacts;

    @Inject
    LifecycleFacts(
            ContainerTransactions transactions, ShortWay shortWay, ContainerLanes lanes, Containers containers, Nodes nodes, Images images, VolumeBindings volumes) {
        this.volumes = volumes;
        this.containers = containers;
        this.nodes = nodes;
        placements = new FactHandling(
                CONSUMER,
                transactions,
                event -> event instanceof ContainerEvent.Placed || event instanceof ContainerEvent.Unplaceable,
                this::placement)
                .by(fact -> containers.mode(((ContainerEvent) fact.event()).id()))
                .inTurns(lanes.all())
                .early(shortWay, Topics.CONTAINER);
        endpoints = new FactHandling(CONSUMER, transactions, EndpointEvent.class::isInstance, this::endpoint)
                .by(fact -> containers.mode(((EndpointEvent) fact.event()).container()))
                .passing(event -> containers.isGone(((EndpointEvent) event).container()))
                .inTurns(lanes.all())
                .early(shortWay, Topics.ENDPOINT);
        nodeFacts = new FactHandling(CONSUMER, transactions, NodeEvent.class::isInstance, this::node);
        imageFacts = new FactHandling(
                CONSUMER,
                transactions,
                event -> event instanceof ImageEvent && !(event instanceof ImageEvent.News) || event instanceof AdmissionEvent.RulesChanged,
                (transaction, fact) -> fact.event() instanceof AdmissionEvent.RulesChanged rules
                        ? images.apply(transaction, rules)
                        : images.apply(transaction, (ImageEvent) fact.event()))
                .early(shortWay, Topics.IMAGE);
    }

    @Incoming("container-placements")
    Uni<Void> onPlacement(String json) {
        return placements.handle(json);
    }

    @Incoming("container-endpoints")
    Uni<Void> onEndpoint(String json) {
        return endpoints.handle(json);
    }

    @Incoming("container-nodes")
    Uni<Void> onNode(String json) {
        return nodeFacts.handle(json);
    }

    @Incoming("container-images")
    Uni<Void> onImage(String json) {
        return imageFacts.handle(json);
    }

    private Uni<Void> placement(Transaction transaction, Fact fact) {
        return switch ((ContainerEvent) fact.event()) {
            case ContainerEvent.Placed placed ->
                    volumesElsewhere(transaction, placed)
                            .chain(other -> other.isPresent()
                                    ? containers.tell(transaction, placed.id(), new ContainerCommand.Unplaceable(Map.of(placed.nodeName(), "volume " + other.get())))
                                    : place(transaction, placed));
            case ContainerEvent.Unplaceable(var id, var reasons) ->
                    containers.tell(transaction, id, new ContainerCommand.Unplaceable(reasons));
            case ContainerEvent.Requested _, ContainerEvent.LifeChanged _, ContainerEvent.Created _, ContainerEvent.Started _,
                    ContainerEvent.Readiness _, ContainerEvent.Signalled _, ContainerEvent.HealthChanged _, ContainerEvent.Paused _,
                    ContainerEvent.Unpaused _, ContainerEvent.Exited _, ContainerEvent.Failed _, ContainerEvent.Lost _,
                    ContainerEvent.Renamed _, ContainerEvent.Updated _, ContainerEvent.NetworksChanged _, ContainerEvent.Removed _, ContainerEvent.News _ -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Optional<String>> volumesElsewhere(Transaction transaction, ContainerEvent.Placed placed) {
        return transaction.mode() == Mode.STATEMENT
                // it has none
                ? Uni.createFrom().item(Optional.empty())
                : volumes.elsewhere(transaction, placed.id(), placed.node());
    }

    private Uni<Void> place(Transaction transaction, ContainerEvent.Placed placed) {
        return nodes.epoch(transaction, placed.node())
                .chain(epoch -> containers.tell(
                        transaction,
                        placed.id(),
                        new ContainerCommand.Place(placed.node(), placed.nodeName(), epoch, placed.reasons())));
    }

    private Uni<Void> endpoint(Transaction transaction, Fact fact) {
        return switch ((EndpointEvent) fact.event()) {
            case EndpointEvent.Leased leased ->
                    containers.tell(transaction, leased.container(), new ContainerCommand.Lease(leased));
            case EndpointEvent.Refused(var id, _, var problem, var detail, var hint) ->
                    containers.tell(transaction, id, new ContainerCommand.RefuseLease(problem, detail, hint));
            case EndpointEvent.ConnectRefused(var id, var network, var problem, var detail, var hint) ->
                    containers.tell(transaction, id, new ContainerCommand.RefuseConnect(network, problem, detail, hint));
            case EndpointEvent.PortsMoved(var id, var container, var ports) ->
                    containers.tell(transaction, container, new ContainerCommand.MovePorts(id, ports));
            case EndpointEvent.Released released ->
                    containers.tell(transaction, released.container(), new ContainerCommand.Release(released.id()));
        };
    }

    private Uni<Void> node(Transaction transaction, Fact fact) {
        NodeEvent event = (NodeEvent) fact.event();
        Uni<Void> known = nodes.apply(transaction, event);
        return switch (event) {
            case NodeEvent.Lost(var id, _, var epoch) ->
                    known.chain(() -> tellAll(transaction, id, new ContainerCommand.NodeLost(id, epoch)));
            case NodeEvent.Ready ready ->
                    known.chain(() -> tellAll(
                            transaction, ready.id(), new ContainerCommand.NodeReturned(ready.id(), ready.epoch())));
            case NodeEvent.Joined _, NodeEvent.Suspect _, NodeEvent.Drained _, NodeEvent.Removed _ -> known;
        };
    }

    private Uni<Void> tellAll(Transaction transaction, NodeId node, ContainerCommand command) {
        return containers.onNode(transaction, node)
                .chain(ids -> Multi.createFrom()
                        .iterable(ids)
                        .onItem()
                        .transformToUniAndConcatenate(id -> containers.tell(transaction, id, command))
                        .collect()
                        .last());
    }
}
