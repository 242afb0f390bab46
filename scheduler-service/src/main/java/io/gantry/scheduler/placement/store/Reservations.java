package io.gantry.scheduler.placement.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.SpreadKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kit.outbox.Look;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.outbox.Write;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.ClusterSnapshot;
import io.gantry.scheduler.placement.core.NodeCapacity;
import io.gantry.scheduler.placement.core.PlacementDecision;
import io.gantry.scheduler.placement.core.PlacementRequest;
import io.gantry.scheduler.placement.core.Reservation;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What is reserved on nodes, and what is free of them: rows of PostgreSQL. What changes is written in the transaction's end. A reservation is made only on a
 * node that is still as it was decided on; see {@link PlacementStore}.
 */
final class Reservations {
    /** One statement, so one snapshot. */
    private static final String CLUSTER =
            """
            select %s, n.state, n.drained, n.version, n.cpu, n.memory,
                   coalesce(sum(r.cpu) filter (where r.active), 0), coalesce(sum(r.memory) filter (where r.active), 0),
                   coalesce(sum(r.own_cores) filter (where r.active), 0),
                   count(r.container) filter (where r.active), count(r.container) filter (where r.active and r.deployment = :deployment),
                   (select d.body::json -> 'spec' ->> 'spread' from deployment d where d.id = :deployment)
            from node n left join reservation r on r.node = n.id group by n.id order by n.name, n.id
            """.formatted(TraitColumns.SELECTED);
    /** What is there in place of replicas of that revision, by node: of one that is like it, and not on its way out. */
    private static final String STAYING =
            """
            with of as materialized (select body::json -> 'alike' as alike from deployment where id = :deployment)
            select r.node, count(*) from reservation r join replica p on p.container = r.container, of
            where r.deployment = :deployment and r.active and p.body::json ->> 'phase' in ('STARTING', 'READY')
                  and coalesce(of.alike ->> (p.body::json ->> 'revision'), p.body::json ->> 'revision') = coalesce(of.alike ->> cast(:revision as text), cast(:revision as text))
            group by r.node
            """;
    private static final String CLAIM =
            "update node set version = version + 1 where id = :id and version = :version and state = 'READY' and not drained";
    private static final String RESERVE =
            """
            insert into reservation (container, node, cpu, own_cores, memory, deployment, restart, max_retries, halting, active)
            values (:container, :node, :cpu, :cores, :memory, nullif(:deployment, ''), :restart, :retries, false, true) on conflict (container) do nothing
            """;
    private static final String RESIZE =
            "update reservation set cpu = :cpu, own_cores = :cores, memory = :memory, restart = :restart, max_retries = :retries where container = :container";
    private static final String HELD =
            "select restart, max_retries, restarts, halting, ended, active from reservation where container = :container";
    private static final String BECOME =
            """
            update reservation set restarts = :restarts, halting = :halting, ended = :ended, active = :active
            where container = :container and restarts = :wasRestarts and halting = :wasHalting and ended = :wasEnded and active = :wasActive
            """;

    private Reservations() {}

    /** All nodes as nobody's container sees them. */
    static Uni<ClusterSnapshot> cluster(Mutiny.Session session) {
        return seenBy(session, "");
    }

    /** All nodes as that replica sees them. */
    static Uni<ClusterSnapshot> cluster(Mutiny.Session session, Owner.Replica replica) {
        return seenBy(session, replica.deployment().value()).chain(cluster -> cluster.spread().isEmpty()
                ? Uni.createFrom().item(cluster)
                : staying(session, replica).map(counts -> cluster.withNodes(
                        cluster.nodes().stream().map(node -> node.withStaying(counts.getOrDefault(node.id().value(), 0))).toList())));
    }

    private static Uni<ClusterSnapshot> seenBy(Mutiny.Session session, String deployment) {
        return Look.at(CLUSTER)
                .with("deployment", deployment)
                .rows(session)
                .map(rows -> new ClusterSnapshot(
                        rows.stream().map(Reservations::node).toList(), rows.isEmpty() ? List.of() : spread((String) rows.getFirst()[TraitColumns.COUNT + 10])));
    }

    /** @param json {@code null} of no deployment, and of one that was written before there was any */
    private static List<SpreadKey> spread(String json) {
        return json == null || json.equals("[]") ? List.of() : List.of(Json.read(json, SpreadKey[].class));
    }

    private static Uni<Map<String, Integer>> staying(Mutiny.Session session, Owner.Replica replica) {
        return Look.at(STAYING)
                .with("deployment", replica.deployment().value())
                .with("revision", Integer.toString(replica.revision()))
                .rows(session)
                .map(rows -> rows.stream().collect(Collectors.toMap(row -> (String) row[0], row -> (int) number(row[1]))));
    }

    /** Its version rises, unless somebody else has changed it since it was read: then {@code false}, or the transaction is lost in its end. */
    static Uni<Boolean> claim(Transaction tx, NodeCapacity node) {
        if (tx.mode() == Mode.STATEMENT) {
            tx.standsOn(Write.ofOne(CLAIM).with("id", node.id().value()).with("version", node.version()));
            return Uni.createFrom().item(true);
        }
        return tx.session()
                .createNativeQuery(CLAIM)
                .setParameter("id", node.id().value())
                .setParameter("version", node.version())
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    /** The transaction is lost where it has one already. */
    static Uni<Void> make(
            Transaction tx, ContainerEvent.Requested requested, PlacementRequest request, PlacementDecision.Placement placement) {
        NodeCapacity node = placement.node();
        tx.write(Write.ofOne(RESERVE)
                .with("container", requested.id().value())
                .with("node", node.id().value())
                .with("cpu", request.cpu().value())
                .with("cores", request.ownCores())
                .with("memory", request.memory().value())
                .with("deployment", request.deployment() == null ? "" : request.deployment().value())
                .with("restart", requested.spec().restart().mode().name())
                .with("retries", requested.spec().restart().maxRetries()));
        return tx.publish(new ContainerEvent.Placed(
                requested.id(), node.id(), node.name(), requested.spec(), requested.name(), requested.owner(), placement.reasons()));
    }

    /** Where it was placed, whether or not it runs; {@code null} if it is nowhere. */
    static Uni<NodeId> nodeOf(Transaction tx, String container) {
        return tx.session()
                .createNativeQuery("select node from reservation where container = :container", String.class)
                .setParameter("container", container)
                .getSingleResultOrNull()
                .map(node -> node == null ? null : new NodeId(node));
    }

    /** Does nothing where none is reserved. */
    static Uni<Void> become(Transaction tx, ContainerEvent event) {
        String container = event.id().value();
        return Look.at(tx.mode() == Mode.LOCKING ? HELD + " for update" : HELD).with("container", container).row(tx.session()).invoke(row -> {
            if (row == null) {
                return;
            }
            RestartPolicy policy = new RestartPolicy(RestartPolicy.Mode.valueOf((String) row[0]), (int) number(row[1]));
            Reservation before = new Reservation(policy, (int) number(row[2]), (Boolean) row[3], (Boolean) row[4], (Boolean) row[5]);
            Reservation after = before.after(event);
            if (!after.equals(before)) {
                tx.write(Write.ofOne(BECOME)
                        .with("restarts", after.restarts())
                        .with("halting", after.halting())
                        .with("ended", after.ended())
                        .with("active", after.active())
                        .with("container", container)
                        .with("wasRestarts", before.restarts())
                        .with("wasHalting", before.halting())
                        .with("wasEnded", before.ended())
                        .with("wasActive", before.active()));
            }
        }).replaceWithVoid();
    }

    /** Its room is what it has been given, whether or not that much was free: its node was asked, not we. */
    static void resize(Transaction tx, ContainerEvent.Updated updated) {
        tx.write(Write.of(RESIZE)
                .with("cpu", updated.resources().requestedCpu().value())
                .with("cores", updated.resources().exclusiveCores() == null ? 0 : updated.resources().exclusiveCores())
                .with("memory", updated.resources().memoryRequest().value())
                .with("restart", updated.restart().mode().name())
                .with("retries", updated.restart().maxRetries())
                .with("container", updated.id().value()));
    }

    static void remove(Transaction tx, ContainerId container) {
        tx.write(Write.of("delete from reservation where container = :container").with("container", container.value()));
    }

    private static NodeCapacity node(Object[] row) {
        return new NodeCapacity(
                TraitColumns.read(row),
                Health.valueOf((String) row[TraitColumns.COUNT]),
                (Boolean) row[TraitColumns.COUNT + 1],
                number(row[TraitColumns.COUNT + 2]),
                new MilliCpu(number(row[TraitColumns.COUNT + 3])),
                new Bytes(number(row[TraitColumns.COUNT + 4])),
                new MilliCpu(number(row[TraitColumns.COUNT + 5])),
                new Bytes(number(row[TraitColumns.COUNT + 6])),
                (int) number(row[TraitColumns.COUNT + 7]),
                (int) number(row[TraitColumns.COUNT + 8]),
                (int) number(row[TraitColumns.COUNT + 9]),
                0);
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
