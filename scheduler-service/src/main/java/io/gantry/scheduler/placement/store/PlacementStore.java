package io.gantry.scheduler.placement.store;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kit.outbox.Transaction;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.ClusterSnapshot;
import io.gantry.scheduler.placement.core.NodeCapacity;
import io.gantry.scheduler.placement.core.PlacementDecision;
import io.gantry.scheduler.placement.core.PlacementRequest;
import io.gantry.scheduler.placement.core.Placer;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Reserves room on nodes. Optimistic: a placement commits only if its node is still at the version it was decided on; otherwise it is
 * decided again on a fresh snapshot. So several replicas of this service never give away the same room twice.
 */
@Singleton
public class PlacementStore {
    /** One statement, so one snapshot. */
    private static final String CLUSTER =
            """
            select n.id, n.name, n.state, n.drained, n.version, n.architecture, n.cpu, n.memory,
                   coalesce(sum(r.cpu) filter (where r.active), 0), coalesce(sum(r.memory) filter (where r.active), 0),
                   count(r.container) filter (where r.active), count(r.container) filter (where r.active and r.deployment = :deployment)
            from node n left join reservation r on r.node = n.id group by n.id order by n.name, n.id
            """;
    private static final String CLAIM =
            "update node set version = version + 1 where id = :id and version = :version and state = 'READY' and not drained";
    private static final String RESERVE =
            """
            insert into reservation (container, node, cpu, memory, deployment, restart, halting, active)
            values (:container, :node, :cpu, :memory, nullif(:deployment, ''), :restart, false, true)
            """;
    private static final String LIFE =
            "update reservation set halting = :halting, active = active or not :halting where container = :container";
    private static final String LAST_EXIT =
            """
            update reservation set active = false where container = :container
            and (halting or restart = 'NO' or restart = 'ON_FAILURE' and :code = 0)
            """;
    private static final String ACTIVE = "update reservation set active = :active where container = :container";

    /** All nodes as {@code deployment} sees them (its id, or an empty string for none). */
    public Uni<ClusterSnapshot> cluster(Mutiny.Session session, String deployment) {
        return session.createNativeQuery(CLUSTER, Object[].class)
                .setParameter("deployment", deployment)
                .getResultList()
                .map(rows -> new ClusterSnapshot(rows.stream().map(PlacementStore::node).toList()));
    }

    public Uni<Void> on(Transaction tx, ContainerEvent event) {
        return switch (event) {
            case ContainerEvent.Requested requested -> requested(tx, requested);
            case ContainerEvent.LifeChanged(var id, var life, var run) -> lifeChanged(tx, id.value(), life);
            case ContainerEvent.Started(var id, var node, var run, var at) -> setActive(tx, id.value(), true);
            case ContainerEvent.Exited exited -> change(
                    tx.session().createNativeQuery(LAST_EXIT)
                            .setParameter("code", exited.exitCode())
                            .setParameter("container", exited.id().value()));
            case ContainerEvent.Failed(var id, var node, var owner, var failure) -> setActive(tx, id.value(), false);
            case ContainerEvent.Lost(var id, var node, var owner) -> setActive(tx, id.value(), false);
            case ContainerEvent.Removed(var id, var node, var owner) -> change(
                    tx.session().createNativeQuery("delete from reservation where container = :container")
                            .setParameter("container", id.value()));
            case ContainerEvent.Placed _, ContainerEvent.Unplaceable _, ContainerEvent.Created _, ContainerEvent.Readiness _,
                    ContainerEvent.Renamed _ -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> requested(Transaction tx, ContainerEvent.Requested requested) {
        return tx.session()
                .createNativeQuery("select 1 from reservation where container = :container", Integer.class)
                .setParameter("container", requested.id().value())
                .getResultList()
                .chain(found -> found.isEmpty() ? place(tx, requested) : Uni.createFrom().voidItem());
    }

    private Uni<Void> place(Transaction tx, ContainerEvent.Requested requested) {
        PlacementRequest request = PlacementRequest.of(requested.spec(), requested.image(), requested.owner());
        String deployment = request.deployment() == null ? "" : request.deployment().value();
        return cluster(tx.session(), deployment).chain(cluster -> switch (Placer.place(cluster, request)) {
            case PlacementDecision.NoNode(var reasons) -> tx.publish(new ContainerEvent.Unplaceable(requested.id(), reasons));
            case PlacementDecision.Placement placement -> claim(tx, placement.node())
                    .chain(claimed -> claimed
                            ? reserve(tx, requested, request, placement)
                            : place(tx, requested));
        });
    }

    private static Uni<Boolean> claim(Transaction tx, NodeCapacity node) {
        return tx.session()
                .createNativeQuery(CLAIM)
                .setParameter("id", node.id().value())
                .setParameter("version", node.version())
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    private static Uni<Void> reserve(
            Transaction tx, ContainerEvent.Requested requested, PlacementRequest request, PlacementDecision.Placement placement) {
        NodeCapacity node = placement.node();
        return change(tx.session().createNativeQuery(RESERVE)
                        .setParameter("container", requested.id().value())
                        .setParameter("node", node.id().value())
                        .setParameter("cpu", request.cpu().value())
                        .setParameter("memory", request.memory().value())
                        .setParameter("deployment", request.deployment() == null ? "" : request.deployment().value())
                        .setParameter("restart", requested.spec().restart().mode().name()))
                .chain(() -> tx.publish(new ContainerEvent.Placed(
                        requested.id(), node.id(), node.name(), requested.spec(), requested.name(), requested.owner(),
                        placement.reasons())));
    }

    private static Uni<Void> lifeChanged(Transaction tx, String container, Desired.Life life) {
        boolean halting =
                switch (life) {
                    case STOPPED, REMOVED -> true;
                    case CREATED, RUNNING -> false;
                };
        return change(tx.session().createNativeQuery(LIFE).setParameter("halting", halting).setParameter("container", container));
    }

    private static Uni<Void> setActive(Transaction tx, String container, boolean active) {
        return change(tx.session().createNativeQuery(ACTIVE).setParameter("active", active).setParameter("container", container));
    }

    private static Uni<Void> change(Mutiny.MutationQuery query) {
        return query.executeUpdate().replaceWithVoid();
    }

    private static NodeCapacity node(Object[] row) {
        return new NodeCapacity(
                new NodeId((String) row[0]),
                (String) row[1],
                Health.valueOf((String) row[2]),
                (Boolean) row[3],
                number(row[4]),
                (String) row[5],
                new MilliCpu(number(row[6])),
                new Bytes(number(row[7])),
                new MilliCpu(number(row[8])),
                new Bytes(number(row[9])),
                (int) number(row[10]),
                (int) number(row[11]));
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
