package io.gantry.scheduler.node.api;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.NodeView;
import io.gantry.kit.page.Choice;
import io.gantry.kit.page.LabelFilter;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.node.core.Node;
import io.gantry.scheduler.node.core.NodeChanged;
import io.gantry.scheduler.node.core.NodeDecider;
import io.gantry.scheduler.node.store.NodeStore;
import io.gantry.scheduler.node.stream.NodeWatch;
import io.gantry.scheduler.placement.core.NodeCapacity;
import io.gantry.scheduler.placement.store.PlacementStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code ref} is a node's id or name. */
@Path("/scheduler-service/nodes")
@Produces(MediaType.APPLICATION_JSON)
public class NodeResource {
    /** Those that are lost may share their name. */
    private static final Order<NodeView> ORDER = Order.by("nodes", node -> node.name() + " " + node.id());
    private final NodeStore store;
    private final NodeWatch watch;
    private final PlacementStore placements;
    private final SchedulerTransactions transactions;
    private final Event<NodeChanged> changes;

    @Inject
    NodeResource(
            NodeStore store,
            NodeWatch watch,
            PlacementStore placements,
            SchedulerTransactions transactions,
            Event<NodeChanged> changes) {
        this.store = store;
        this.watch = watch;
        this.placements = placements;
        this.transactions = transactions;
        this.changes = changes;
    }

    @GET
    public Uni<Items<NodeView>> list(
            @RestQuery List<String> state, @RestQuery List<String> label, @RestQuery String name, @RestQuery Integer limit, @RestQuery String cursor) {
        Page page = Page.asked(limit, cursor);
        Set<NodeView.State> states = Choice.among(NodeView.State.class, "state", state);
        Map<String, String> labels = LabelFilter.of(label);
        return views().map(all -> page.of(
                all.stream()
                        .filter(node -> states.contains(node.state())
                                && (name == null || node.name().equals(name))
                                && node.labels().entrySet().containsAll(labels.entrySet()))
                        .toList(),
                ORDER));
    }

    @GET
    @Path("{ref}")
    public Uni<NodeView> get(String ref) {
        return views().map(views -> views.stream()
                .filter(view -> view.id().value().equals(ref) || view.name().equals(ref))
                .min(Comparator.comparing((NodeView view) -> view.state() == NodeView.State.LOST)
                        .thenComparing(NodeView::joinedAt, Comparator.reverseOrder()))
                .orElseThrow(() -> NodeStore.unknown(ref)));
    }

    @POST
    @Path("{ref}/drain")
    public Uni<NodeView> drain(String ref) {
        return change(ref, new NodeDecider.Command.Drain(), false).chain(id -> get(id.value()));
    }

    @POST
    @Path("{ref}/resume")
    public Uni<NodeView> resume(String ref) {
        return change(ref, new NodeDecider.Command.Resume(), true).chain(id -> get(id.value()));
    }

    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(String ref) {
        return change(ref, new NodeDecider.Command.Remove(), false).replaceWithVoid();
    }

    private Uni<NodeId> change(String ref, NodeDecider.Command command, boolean mayTakeMore) {
        return store.change(ref, command).invoke(id -> changes.fire(new NodeChanged(id, mayTakeMore)));
    }

    private Uni<List<NodeView>> views() {
        return store.all().chain(nodes -> transactions
                .read(session -> placements.cluster(session))
                .map(cluster -> {
                    Map<String, NodeCapacity> capacities = cluster.nodes().stream()
                            .collect(Collectors.toMap(node -> node.id().value(), Function.identity()));
                    return nodes.stream()
                            .filter(node -> capacities.containsKey(node.id().value()))
                            .map(node -> view(node, capacities.get(node.id().value())))
                            .toList();
                }));
    }

    private NodeView view(Node node, NodeCapacity capacity) {
        return new NodeView(
                node.id(),
                node.facts().name(),
                state(node),
                node.facts().address(),
                node.facts().streamPort(),
                node.epoch(),
                node.facts().cpu(),
                node.facts().memory(),
                capacity.requestedCpu(),
                capacity.requestedMemory(),
                capacity.containers(),
                node.facts().architecture(),
                node.facts().kernel(),
                node.facts().agentVersion(),
                node.facts().labels(),
                node.facts().runtimes(),
                node.joinedAt(),
                watch.lastHeard(node.id()).orElse(node.lastSeen()));
    }

    private static NodeView.State state(Node node) {
        return switch (node.health()) {
            case LOST -> NodeView.State.LOST;
            case SUSPECT -> NodeView.State.SUSPECT;
            case READY -> node.drained() ? NodeView.State.DRAINED : NodeView.State.READY;
        };
    }
}
