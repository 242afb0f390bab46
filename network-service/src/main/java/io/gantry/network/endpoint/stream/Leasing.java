package io.gantry.network.endpoint.stream;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.kit.outbox.Transaction;
import io.gantry.network.endpoint.core.HostPorts;
import io.gantry.network.endpoint.core.Wish;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.endpoint.store.Ports;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** A placed container gets its endpoints, or the reason why not, in the transaction that handles the fact. */
@Singleton
class Leasing {
    private final Endpoints endpoints;
    private final Ports ports;
    private final Attaching attaching;

    @Inject
    Leasing(Endpoints endpoints, Ports ports, Attaching attaching) {
        this.endpoints = endpoints;
        this.ports = ports;
        this.attaching = attaching;
    }

    Uni<Void> placed(Transaction transaction, ContainerEvent.Placed placed) {
        Wish wish = Wish.of(placed);
        if (!wish.spec().addressed()) {
            return Uni.createFrom().voidItem();
        }
        return endpoints.ofContainer(transaction, wish.container())
                .chain(existing -> existing.isEmpty() ? lease(transaction, wish) : Uni.createFrom().voidItem());
    }

    private Uni<Void> lease(Transaction transaction, Wish wish) {
        return granted(transaction, wish).chain(grant -> switch (grant) {
            case HostPorts.Grant.Refused(Refusal refusal) -> refuse(transaction, wish, wish.spec().network(), refusal);
            case HostPorts.Grant.Granted(var its) -> lease(transaction, wish, its);
        });
    }

    private Uni<Void> lease(Transaction transaction, Wish wish, List<PortPublish> granted) {
        List<NetworkUse> uses = wish.spec().networks();
        return attaching.rooms(transaction, wish, uses).chain(found -> switch (found) {
            case Attaching.Found.Refused(var network, var refusal) -> refuse(transaction, wish, network, refusal);
            case Attaching.Found.Rooms(var rooms) ->
                    attaching.settle(transaction, wish, rooms, Wish.wayOut(uses.stream().map(NetworkUse::network).toList()), granted);
        });
    }

    /** What it publishes, with host ports chosen. */
    Uni<HostPorts.Grant> granted(Transaction transaction, Wish wish) {
        return wish.ports().isEmpty()
                ? Uni.createFrom().item(new HostPorts.Grant.Granted(List.of()))
                : ports.held(transaction.session()).map(held -> HostPorts.grant(wish.ports(), wish.container().value(), held));
    }

    private static Uni<Void> refuse(Transaction transaction, Wish wish, String network, Refusal refusal) {
        return transaction.publish(new EndpointEvent.Refused(wish.container(), network, refusal.type(), refusal.detail(), refusal.hint()));
    }
}
