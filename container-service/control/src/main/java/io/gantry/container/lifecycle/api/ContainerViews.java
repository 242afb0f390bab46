package io.gantry.container.lifecycle.api;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerState;
import io.gantry.container.lifecycle.store.ContainerQueries;
import io.gantry.container.lifecycle.store.Nodes;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.view.ContainerView;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Containers as the API shows them. */
@Singleton
class ContainerViews {
    private final Nodes nodes;

    @Inject
    ContainerViews(Nodes nodes) {
        this.nodes = nodes;
    }

    Uni<ContainerView> of(Container container) {
        return nodes.all().map(known -> view(container, known));
    }

    /** @param warnings that go with what was asked */
    Uni<ContainerView> of(Container container, List<String> warnings) {
        return nodes.all().map(known -> view(container, known, warnings));
    }

    Uni<List<ContainerView>> of(List<Container> containers) {
        return nodes.all().map(known -> containers.stream().map(c -> view(c, known)).toList());
    }

    static ContainerView view(ContainerQueries.Placed placed) {
        return view(placed.container(), placed.node().map(node -> Map.of(node.id(), node)).orElse(Map.of()));
    }

    static ContainerView view(Container c, Map<NodeId, Nodes.Known> nodes) {
        return view(c, nodes, List.of());
    }

    private static ContainerView view(Container c, Map<NodeId, Nodes.Known> nodes, List<String> warnings) {
        ContainerState state = c.state();
        Integer pid = null;
        boolean ready = false;
        if (state instanceof ContainerState.Running running) {
            pid = running.pid();
            ready = running.ready();
        } else if (state instanceof ContainerState.Paused paused) {
            pid = paused.pid();
        } else if (state instanceof ContainerState.Stopping stopping) {
            pid = stopping.pid();
        }
        List<ContainerView.Endpoint> endpoints = c.endpoints().stream().map(leased -> endpoint(c, leased)).toList();
        return new ContainerView(
                c.id(), c.name(), c.project(), c.owner(), state.word(), c.life(), c.spec(), c.image().id(), c.image().manifest(),
                c.image().config(), node(c, nodes), endpoints.isEmpty() ? null : endpoints.getFirst(), c.reasons(), pid,
                c.run(), c.seen() == null ? 0 : c.seen().restarts(), ready,
                c.exit() == null ? null : c.exit().code(), c.exit() == null ? null : c.exit().reason(),
                failure(state), c.createdAt(),
                c.seen() == null ? null : c.seen().startedAt(), c.exit() == null ? null : c.exit().finishedAt(),
                c.seen() == null || c.seen().applied() == null ? List.of() : c.seen().applied().deviations(),
                !state.alive() || c.seen() == null ? null : c.seen().health(), nextTry(c),
                c.seen() == null ? null : c.seen().stop(), c.seen() == null ? null : c.seen().outOfMemory(), c.volumes(),
                c.seen() == null ? List.of() : c.seen().ends(), !state.alive() || c.seen() == null ? null : c.seen().sharedMemory(), endpoints, warnings);
    }

    private static Instant nextTry(Container c) {
        boolean waits = c.state() instanceof ContainerState.Exited || c.state() instanceof ContainerState.Failed;
        return waits && c.life() == Desired.Life.RUNNING && c.seen() != null ? c.seen().nextTry() : null;
    }

    private static ContainerView.Node node(Container c, Map<NodeId, Nodes.Known> nodes) {
        if (c.place() == null) {
            return null;
        }
        Nodes.Known known = nodes.get(c.place().node());
        return new ContainerView.Node(
                c.place().node(),
                c.place().nodeName(),
                known == null ? null : known.address(),
                known == null ? 0 : known.streamPort());
    }

    private static ContainerView.Endpoint endpoint(Container c, EndpointEvent.Leased leased) {
        return new ContainerView.Endpoint(
                leased.networkName(), leased.address(), leased.prefix(), leased.gateway(), leased.mac(), leased.ports(), leased.id(), c.isPlugged(leased.id()), leased.network());
    }

    private static Observed.Failure failure(ContainerState state) {
        return switch (state) {
            case ContainerState.Failed(var failure) -> failure;
            case ContainerState.Preparing(var obstacle) -> obstacle;
            case ContainerState.Requested _,
                    ContainerState.Placed _,
                    ContainerState.Created _,
                    ContainerState.Running _,
                    ContainerState.Paused _,
                    ContainerState.Stopping _,
                    ContainerState.Exited _,
                    ContainerState.Lost _,
                    ContainerState.Removing _,
                    ContainerState.Removed _ ->
                    null;
        };
    }
}
