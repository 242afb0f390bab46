package io.gantry.container.lifecycle.core;

import static io.gantry.container.lifecycle.core.Decision.accept;
import static io.gantry.container.lifecycle.core.Decision.refuse;

import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Networks of a container while it lives. The spec says which it shall be on; network-service leases an address for each further one and gives back those
 * of the others, or says why not, and then the spec is again what it was; its node plugs and unplugs what runs. Pure.
 */
final class Connecting {
    private Connecting() {}

    static Decision connect(Container container, NetworkUse use) {
        Optional<Decision> fixed = fixed(container);
        if (fixed.isPresent()) {
            return fixed.get();
        }
        if (container.spec().on(use.network()).isPresent()) {
            return refuse(
                    ProblemType.CONFLICT, "container '" + container.name() + "' is on network '" + use.network() + "' already",
                    "disconnect it first, if it shall have other names or another address there");
        }
        if (container.spec().networks().size() == NetworkUse.MOST) {
            return refuse(ProblemType.CONFLICT, "container '" + container.name() + "' is on " + NetworkUse.MOST + " networks, and on no more", "disconnect it from one");
        }
        List<NetworkUse> all = new ArrayList<>(container.spec().networks());
        all.add(use);
        return accept(new ContainerChange.NetworksChanged(List.copyOf(all)));
    }

    static Decision disconnect(Container container, String network) {
        Optional<Decision> fixed = fixed(container);
        if (fixed.isPresent()) {
            return fixed.get();
        }
        return container.spec().on(network).isEmpty()
                ? refuse(ProblemType.CONFLICT, "container '" + container.name() + "' is not on network '" + network + "'", null)
                : accept(new ContainerChange.NetworksChanged(without(container, network)));
    }

    private static Optional<Decision> fixed(Container container) {
        if (container.state().leaving()) {
            return Optional.of(ContainerDecider.gone(container));
        }
        if (container.state() instanceof ContainerState.Lost) {
            return Optional.of(ContainerDecider.lost(container));
        }
        if (!(container.owner() instanceof Owner.Person)) {
            return Optional.of(refuse(
                    ProblemType.CONFLICT, "container '" + container.name() + "' isn't a person's: its deployment or build says what it is on",
                    "change the deployment, which replaces its replicas"));
        }
        if (!container.spec().connectable()) {
            return Optional.of(refuse(
                    ProblemType.CONFLICT, "container '" + container.name() + "' has the network '" + container.spec().network() + "', and no other beside it",
                    "make another container, on the networks that it shall be on"));
        }
        return container.place() == null
                ? Optional.of(refuse(ProblemType.CONFLICT, "container '" + container.name() + "' has no node yet", "try again when it has"))
                : Optional.empty();
    }

    /** Of one that has all it asked for at first; until then whoever asked gets that answer, and nothing stays. */
    static Decision refused(Container container, ContainerCommand.RefuseConnect command) {
        return container.state().leaving() || container.spec().on(command.network()).isEmpty() || container.endpointOn(command.network()).isPresent()
                ? accept()
                : accept(new ContainerChange.ConnectRefused(command.network(), command.problem(), command.detail(), command.hint()));
    }

    static List<NetworkUse> without(Container container, String network) {
        return container.spec().networks().stream().filter(use -> !use.network().equals(network)).toList();
    }

    static Container on(Container container, List<NetworkUse> networks) {
        return container.edit().spec(container.spec().but().networks(networks).build()).done();
    }

    static Decision movePorts(Container container, ContainerCommand.MovePorts move) {
        return container.endpoints().stream()
                .filter(one -> one.id().equals(move.endpoint()) && !one.ports().equals(move.ports()))
                .findFirst()
                .map(one -> accept(new ContainerChange.Leased(one.with(move.ports()))))
                .orElseGet(Decision::accept);
    }

    /** With what is gone all its addresses go. */
    static Decision release(Container container, EndpointId id) {
        return container.state() instanceof ContainerState.Removed || container.endpoints().stream().noneMatch(one -> one.id().equals(id))
                ? accept()
                : accept(new ContainerChange.Released(id));
    }

    /** In place of what was told of that endpoint before. */
    static Container leased(Container container, EndpointEvent.Leased endpoint) {
        List<EndpointEvent.Leased> all = new ArrayList<>(others(container, endpoint.id()));
        all.add(endpoint);
        all.sort(Comparator.comparing(EndpointEvent.Leased::networkName));
        return container.edit().endpoints(List.copyOf(all)).done();
    }

    static Container released(Container container, EndpointId id) {
        return container.edit().endpoints(others(container, id)).done();
    }

    private static List<EndpointEvent.Leased> others(Container container, EndpointId id) {
        return container.endpoints().stream().filter(one -> !one.id().equals(id)).toList();
    }
}
