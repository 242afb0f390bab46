package io.gantry.network.endpoint.stream;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.kit.outbox.Transaction;
import io.gantry.network.endpoint.core.Endpoint;
import io.gantry.network.endpoint.core.HostPorts;
import io.gantry.network.endpoint.core.Wish;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.network.core.Network;
import io.gantry.network.overlay.store.Shapes;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A container that has come onto further networks, or off some: what it has is compared with what it shall have, so that it doesn't matter how often, or
 * after how many changes, this is done. Its published ports go where its way out goes.
 */
@Singleton
class Rewiring {
    private final Shapes shapes;
    private final Endpoints endpoints;
    private final Leasing leasing;
    private final Attaching attaching;

    @Inject
    Rewiring(Shapes shapes, Endpoints endpoints, Leasing leasing, Attaching attaching) {
        this.shapes = shapes;
        this.endpoints = endpoints;
        this.leasing = leasing;
        this.attaching = attaching;
    }

    /** @param kept by the name of their networks */
    private record Change(Wish wish, Map<String, Endpoint> kept, List<Endpoint> gone, List<NetworkUse> fresh) {
        static Change of(Wish wish, List<Endpoint> there, List<Network> all) {
            Map<NetworkId, Network> known = all.stream().collect(Collectors.toMap(Network::id, Function.identity()));
            Map<String, Endpoint> kept = new TreeMap<>();
            there.stream()
                    .filter(one -> wish.spec().on(known.get(one.network()).name()).isPresent())
                    .forEach(one -> kept.put(known.get(one.network()).name(), one));
            return new Change(
                    wish, kept, there.stream().filter(one -> !kept.containsValue(one)).toList(),
                    wish.spec().networks().stream().filter(use -> !kept.containsKey(use.network())).toList());
        }

        /** The ports that it has, wherever they lead. */
        Optional<List<PortPublish>> ports() {
            List<PortPublish> all = Stream.concat(kept.values().stream(), gone.stream()).flatMap(one -> one.ports().stream()).toList();
            return all.isEmpty() ? Optional.empty() : Optional.of(all);
        }

        Collection<String> networks() {
            return wish.spec().networks().stream().map(NetworkUse::network).toList();
        }
    }

    Uni<Void> changed(Transaction transaction, ContainerEvent.NetworksChanged event) {
        return shapes.of(transaction)
                .chain(shape -> endpoints.ofContainer(transaction, event.id()).map(there -> Change.of(Wish.of(event), there, shape.networks())))
                .chain(change -> release(transaction, change).chain(() -> ports(transaction, change)).chain(grant -> switch (grant) {
                    case HostPorts.Grant.Refused(Refusal refusal) -> refuseAll(transaction, change, refusal);
                    case HostPorts.Grant.Granted(var its) -> connect(transaction, change, its);
                }));
    }

    private Uni<Void> release(Transaction transaction, Change change) {
        return Multi.createFrom().iterable(change.gone()).onItem().transformToUniAndConcatenate(one -> attaching.release(transaction, one)).collect().last();
    }

    private Uni<HostPorts.Grant> ports(Transaction transaction, Change change) {
        return change.networks().isEmpty()
                ? Uni.createFrom().item(new HostPorts.Grant.Granted(List.of()))
                : change.ports()
                        .map(its -> Uni.createFrom().<HostPorts.Grant>item(new HostPorts.Grant.Granted(its)))
                        .orElseGet(() -> leasing.granted(transaction, change.wish()));
    }

    private Uni<Void> connect(Transaction transaction, Change change, List<PortPublish> ports) {
        return rooms(transaction, change).chain(rooms -> {
            Optional<String> wayOut = Wish.wayOut(
                    Stream.concat(change.kept().keySet().stream(), rooms.stream().map(room -> room.network().name())).toList());
            return move(transaction, change, wayOut, ports).chain(() -> attaching.settle(transaction, change.wish(), rooms, wayOut, ports));
        });
    }

    /** Each was asked for by itself: one that can't be is no reason against another. */
    private Uni<List<Attaching.Room>> rooms(Transaction transaction, Change change) {
        return Multi.createFrom()
                .iterable(change.fresh())
                .onItem()
                .transformToUniAndConcatenate(use -> attaching.rooms(transaction, change.wish(), List.of(use)).chain(found -> switch (found) {
                    case Attaching.Found.Rooms(var one) -> Uni.createFrom().item(one);
                    case Attaching.Found.Refused(_, var refusal) ->
                            refuse(transaction, change, use, refusal).replaceWith(List.<Attaching.Room>of());
                }))
                .collect()
                .asList()
                .map(found -> found.stream().flatMap(List::stream).toList());
    }

    private Uni<Void> move(Transaction transaction, Change change, Optional<String> wayOut, List<PortPublish> ports) {
        return Multi.createFrom()
                .iterable(change.kept().entrySet())
                .onItem()
                .transformToUniAndConcatenate(one -> {
                    List<PortPublish> its = wayOut.equals(Optional.of(one.getKey())) ? ports : List.of();
                    return one.getValue().ports().equals(its)
                            ? Uni.createFrom().voidItem()
                            : attaching.move(transaction, one.getValue(), its);
                })
                .collect()
                .last();
    }

    private static Uni<Void> refuseAll(Transaction transaction, Change change, Refusal refusal) {
        return Multi.createFrom()
                .iterable(change.fresh())
                .onItem()
                .transformToUniAndConcatenate(use -> refuse(transaction, change, use, refusal))
                .collect()
                .last();
    }

    private static Uni<Void> refuse(Transaction transaction, Change change, NetworkUse use, Refusal refusal) {
        return transaction.publish(new EndpointEvent.ConnectRefused(
                change.wish().container(), use.network(), refusal.type(), refusal.detail(), refusal.hint()));
    }
}
