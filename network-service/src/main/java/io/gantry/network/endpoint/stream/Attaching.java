package io.gantry.network.endpoint.stream;

import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.network.address.core.AddressChoice;
import io.gantry.network.address.store.Leases;
import io.gantry.network.endpoint.core.Endpoint;
import io.gantry.network.endpoint.core.Wish;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.network.core.Network;
import io.gantry.network.network.store.Networks;
import io.gantry.network.overlay.core.Gateway;
import io.gantry.network.overlay.store.DesiredRecords;
import io.gantry.network.overlay.store.Gateways;
import io.gantry.network.overlay.store.Hosts;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Endpoints of one container on several networks: an address on each of them, or on none. */
@Singleton
class Attaching {
    private final Networks networks;
    private final Leases leases;
    private final Endpoints endpoints;
    private final Hosts hosts;
    private final Gateways gateways;
    private final DesiredRecords records;
    private final World world;

    @Inject
    Attaching(Networks networks, Leases leases, Endpoints endpoints, Hosts hosts, Gateways gateways, DesiredRecords records, World world) {
        this.networks = networks;
        this.leases = leases;
        this.endpoints = endpoints;
        this.hosts = hosts;
        this.gateways = gateways;
        this.records = records;
        this.world = world;
    }

    /** Where an endpoint is to be; its address is leased. */
    record Room(NetworkUse use, Network network, Gateway here, Gateways.Ensured around, EndpointId id, Ipv4 address) {}

    /** What was found for a container. */
    sealed interface Found {
        record Rooms(List<Room> all) implements Found {
            static final Rooms NONE = new Rooms(List.of());
        }

        record Refused(String network, Refusal refusal) implements Found {}
    }

    /** On all of these, or on none. */
    Uni<Found> rooms(Transaction transaction, Wish wish, List<NetworkUse> uses) {
        Uni<Found> all = Uni.createFrom().item(Found.Rooms.NONE);
        for (NetworkUse use : uses) {
            all = all.chain(soFar -> switch (soFar) {
                case Found.Refused refused -> Uni.createFrom().item(refused);
                case Found.Rooms(var rooms) -> room(transaction, wish, use).chain(next -> together(transaction, rooms, next));
            });
        }
        return all;
    }

    private Uni<Found> together(Transaction transaction, List<Room> rooms, Found next) {
        return switch (next) {
            case Found.Refused refused -> giveBack(transaction, rooms).replaceWith(refused);
            case Found.Rooms(var more) -> {
                List<Room> both = new ArrayList<>(rooms);
                both.addAll(more);
                yield Uni.createFrom().item(new Found.Rooms(List.copyOf(both)));
            }
        };
    }

    /** Nodes that were given an address on the network meanwhile keep it, and are told. */
    private Uni<Void> giveBack(Transaction transaction, List<Room> rooms) {
        return Multi.createFrom()
                .iterable(rooms)
                .onItem()
                .transformToUniAndConcatenate(room -> transaction.flush()
                        .invoke(() -> leases.release(transaction, room.network().id().value(), room.address()))
                        .chain(() -> room.around().added() ? records.publish(transaction, room.network()) : Uni.createFrom().voidItem()))
                .collect()
                .last();
    }

    private Uni<Found> room(Transaction transaction, Wish wish, NetworkUse use) {
        return networks.named(transaction, use.network())
                .chain(found -> found.isEmpty()
                        ? refused(use, ServiceLeasing.unknown(use.network()))
                        : withGateway(transaction, wish, use, found.get()));
    }

    /** The node's own address comes first: without it an endpoint there is no use. */
    private Uni<Found> withGateway(Transaction transaction, Wish wish, NetworkUse use, Network network) {
        return gateways.ensure(transaction, network)
                .chain(ensured -> ensured.of(wish.node()).isPresent()
                        ? Uni.createFrom().item(ensured)
                        // the node's own fact has not come yet, or the network is full
                        : hosts.put(transaction, wish.node(), wish.nodeName(), null, 0).chain(() -> gateways.ensure(transaction, network)))
                .chain(ensured -> ensured.of(wish.node())
                        .map(here -> withEthernet(transaction, use, network, here, ensured))
                        .orElseGet(() -> refused(use, full(network))));
    }

    /** Those that follow from addresses are as different as these, and nobody can ask for one of them. */
    private Uni<Found> withEthernet(Transaction transaction, NetworkUse use, Network network, Gateway here, Gateways.Ensured around) {
        Uni<Boolean> taken = use.mac() == null ? Uni.createFrom().item(false) : endpoints.has(transaction, network.id(), use.mac());
        return taken.chain(inUse -> inUse
                ? refused(use, new Refusal(
                        ProblemType.CONFLICT, "the Ethernet address " + use.mac() + " of network '" + network.name() + "' is in use", "mac",
                        "choose another, or leave it out"))
                : withAddress(transaction, use, network, here, around));
    }

    private Uni<Found> withAddress(Transaction transaction, NetworkUse use, Network network, Gateway here, Gateways.Ensured around) {
        EndpointId id = new EndpointId(Ids.hex64(world.random()));
        if (use.address() == null) {
            return leases.lease(transaction, network.id().value(), network.subnet(), id.value())
                    .map(address -> address.<Found>map(given -> room(use, network, here, around, id, given)).orElseGet(() -> new Found.Refused(use.network(), full(network))));
        }
        if (!AddressChoice.has(network.subnet(), use.address())) {
            return refused(use, new Refusal(
                    ProblemType.INVALID_FIELD, "no container has the address " + use.address() + " in network '" + network.name() + "' (" + network.subnet() + ")",
                    "address", "choose one within, neither the first nor the last"));
        }
        return leases.claim(transaction, network.id().value(), use.address(), id.value())
                .map(free -> free
                        ? room(use, network, here, around, id, use.address())
                        : new Found.Refused(use.network(), new Refusal(
                                ProblemType.CONFLICT, "the address " + use.address() + " of network '" + network.name() + "' is in use", "address",
                                "choose another, or leave it out")));
    }

    private static Found room(NetworkUse use, Network network, Gateway here, Gateways.Ensured around, EndpointId id, Ipv4 address) {
        return new Found.Rooms(List.of(new Room(use, network, here, around, id, address)));
    }

    private static Uni<Found> refused(NetworkUse use, Refusal refusal) {
        return Uni.createFrom().item(new Found.Refused(use.network(), refusal));
    }

    private static Refusal full(Network network) {
        return Refusal.of(
                ProblemType.NO_ADDRESS, "no address is left in network '" + network.name() + "' (" + network.subnet() + ")",
                "remove containers, or make a larger network");
    }

    /** @param ports of the one on the network {@code wayOut} */
    Uni<Void> settle(Transaction transaction, Wish wish, List<Room> rooms, Optional<String> wayOut, List<PortPublish> ports) {
        return Multi.createFrom()
                .iterable(rooms)
                .onItem()
                .transformToUniAndConcatenate(room -> {
                    List<PortPublish> its = wayOut.equals(Optional.of(room.network().name())) ? ports : List.of();
                    return settle(transaction, wish, room, wish.endpoint(room.id(), room.use(), room.network(), room.address(), its));
                })
                .collect()
                .last();
    }

    private Uni<Void> settle(Transaction transaction, Wish wish, Room room, Endpoint endpoint) {
        endpoints.insert(transaction, endpoint, new Endpoints.Named(wish.name(), wish.aliases(room.use())));
        return transaction
                .publish(new EndpointEvent.Leased(
                        endpoint.id(), endpoint.container(), room.network().id(), room.network().name(), endpoint.address(), room.here().address(),
                        room.network().subnet().prefix(), endpoint.ethernet(), endpoint.ports()))
                .chain(() -> room.around().added()
                        ? records.publish(transaction, room.network())
                        : records.publishNew(transaction, room.around(), endpoint));
    }

    /** One that is there has other ports from now on. */
    Uni<Void> move(Transaction transaction, Endpoint endpoint, List<PortPublish> ports) {
        return endpoints.setPorts(transaction, endpoint.id(), ports)
                .chain(() -> transaction.publish(new EndpointEvent.PortsMoved(endpoint.id(), endpoint.container(), ports)))
                .chain(() -> records.publish(transaction, endpoint));
    }

    Uni<Void> release(Transaction transaction, Endpoint endpoint) {
        return records.publishGone(transaction, endpoint)
                .invoke(() -> {
                    endpoints.delete(transaction, endpoint.id());
                    leases.release(transaction, endpoint.network().value(), endpoint.address());
                })
                .chain(() -> transaction.publish(
                        new EndpointEvent.Released(endpoint.id(), endpoint.container(), endpoint.network(), endpoint.address())));
    }
}
