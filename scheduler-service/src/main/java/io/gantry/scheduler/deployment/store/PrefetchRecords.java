package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.outbox.Transaction;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.ReplicaSpec;
import io.gantry.scheduler.deployment.core.Revision;
import io.gantry.scheduler.node.store.Epochs;
import io.gantry.scheduler.placement.core.PlacementRequest;
import io.gantry.scheduler.placement.store.PlacementStore;
import io.gantry.scheduler.rollout.core.Ahead;
import io.gantry.scheduler.rollout.core.PrefetchPlan;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Tells nodes to fetch the image of a rollout ahead, once, when it begins, and that they needn't keep it for that any more, once it is over. In the transaction that begins or ends it, so that neither is forgotten;
 * what was told is in the deployment's row.
 */
@Singleton
class PrefetchRecords {
    private final PlacementStore placements;

    @Inject
    PrefetchRecords(PlacementStore placements) {
        this.placements = placements;
    }

    /**
     * What nodes were told.
     *
     * @param revision 0 when it is over
     * @param version of their records; grows from rollout to rollout
     */
    record Told(int revision, List<NodeId> nodes, long version) {
        static Told read(String json) {
            return json == null ? new Told(0, List.of(), 0) : Json.read(json, Told.class);
        }
    }

    /** @param wanted the revision of that number */
    Uni<Void> keep(Transaction tx, DeploymentRow row, Deployment deployment, Revision wanted) {
        Told told = Told.read(row.prefetch);
        if (!PrefetchPlan.isDue(deployment)) {
            return told.revision() == 0 ? Uni.createFrom().voidItem() : isOver(tx, row, told);
        }
        if (told.revision() == wanted.number()) {
            return Uni.createFrom().voidItem();
        }
        Owner.Replica owner = new Owner.Replica(deployment.id(), deployment.name(), wanted.number(), 0);
        PlacementRequest request = PlacementRequest.of(ReplicaSpec.of(wanted.spec()), wanted.image(), owner);
        return placements.cluster(tx.session(), owner).chain(cluster -> {
            Set<NodeId> nodes = PrefetchPlan.nodes(deployment, request, cluster);
            Set<NodeId> others = new HashSet<>(told.nodes());
            others.removeAll(nodes);
            return forget(tx, row, others).chain(() -> tell(tx, row, new Told(wanted.number(), List.copyOf(nodes), told.version() + 1), wanted));
        });
    }

    /** How far nodes are with what they were told. @param wanted as for {@link #keep} */
    Uni<Ahead> ahead(Mutiny.Session session, DeploymentRow row, Revision wanted) {
        Told told = Told.read(row.prefetch);
        if (told.revision() == 0 || told.nodes().isEmpty()) {
            return Uni.createFrom().item(Ahead.NONE);
        }
        return session.createNativeQuery("select id, coalesce(facts::json ->> 'prefetched', '[]') from node where id in (:ids)", Object[].class)
                .setParameter("ids", told.nodes().stream().map(NodeId::value).toList())
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(each -> new NodeId((String) each[0]), each -> List.of(Json.read((String) each[1], Observed.Prefetched[].class)))))
                .map(said -> Ahead.of(wanted, row.id, said));
    }

    private static Uni<Void> tell(Transaction tx, DeploymentRow row, Told told, Revision wanted) {
        row.prefetch = Json.write(told);
        if (told.nodes().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Epochs.of(tx.session(), told.nodes()).chain(epochs -> {
            Uni<Void> all = Uni.createFrom().voidItem();
            for (NodeId node : told.nodes()) {
                all = all.chain(() -> tx.desire(key(node, row), told.version(), epochs.getOrDefault(node, 0L), new Desired.Prefetch(row.id, wanted.image())));
            }
            return all;
        });
    }

    private static Uni<Void> isOver(Transaction tx, DeploymentRow row, Told told) {
        row.prefetch = Json.write(new Told(0, List.of(), told.version()));
        return forget(tx, row, told.nodes());
    }

    /** The deployment goes, and its row with it. */
    Uni<Void> forget(Transaction tx, DeploymentRow row) {
        return forget(tx, row, Told.read(row.prefetch).nodes());
    }

    private static Uni<Void> forget(Transaction tx, DeploymentRow row, Collection<NodeId> nodes) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (NodeId node : nodes) {
            all = all.chain(() -> tx.forget(key(node, row)));
        }
        return all;
    }

    private static StateKey key(NodeId node, DeploymentRow row) {
        return new StateKey(node, "prefetch", row.id);
    }
}
