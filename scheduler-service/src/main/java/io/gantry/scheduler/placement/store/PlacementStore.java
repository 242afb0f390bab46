package io.gantry.scheduler.placement.store;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.RestartPolicy;
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
import io.gantry.scheduler.placement.core.Reservation;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Reserves room on nodes. Optimistic: a placement commits only if its node is still at the version it was decided on; otherwise it is
 * decided again on a fresh snapshot. So several replicas of this service never give away the same room twice. What only a suspect node
 * could take waits as a row until a node changes.
 */
@Singleton
public class PlacementStore {
    private static final Logger LOG = Logger.getLogger(PlacementStore.class);

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
            insert into reservation (container, node, cpu, memory, deployment, restart, max_retries, halting, active)
            values (:container, :node, :cpu, :memory, nullif(:deployment, ''), :restart, :retries, false, true)
            """;
    private static final String HELD =
            "select restart, max_retries, restarts, halting, ended, active from reservation where container = :container for update";
    private static final String BECOME =
            "update reservation set restarts = :restarts, halting = :halting, ended = :ended, active = :active where container = :container";
    private static final String KNOWN =
            "select 1 from reservation where container = :container union all select 1 from waiting where container = :container";

    private final WaitingContainers waiting;

    @Inject
    PlacementStore(WaitingContainers waiting) {
        this.waiting = waiting;
    }

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
            case ContainerEvent.LifeChanged changed -> become(tx, changed).chain(() -> changed.life() == Desired.Life.REMOVED
                    ? waiting.remove(tx, changed.id())
                    : Uni.createFrom().voidItem());
            case ContainerEvent.Started _, ContainerEvent.Exited _, ContainerEvent.Failed _ -> become(tx, event);
            case ContainerEvent.Removed(var id, var node, var owner) -> change(
                            tx.session().createNativeQuery("delete from reservation where container = :container")
                                    .setParameter("container", id.value()))
                    .chain(() -> waiting.remove(tx, id));
            case ContainerEvent.Placed _, ContainerEvent.Unplaceable _, ContainerEvent.Created _, ContainerEvent.Readiness _,
                    ContainerEvent.Renamed _, ContainerEvent.Lost _ -> Uni.createFrom().voidItem();
        };
    }

    /**
     * To be called first in a transaction that changes a node: what begins to wait meanwhile sees the change, or {@link #decideAgain}
     * sees what waits.
     */
    public Uni<Void> beforeNodeChanges(Transaction tx) {
        return waiting.takeTurn(tx);
    }

    /** A node has changed in this transaction: all that waits is placed, refused, or goes on waiting. */
    public Uni<Void> decideAgain(Transaction tx) {
        return tx.session().flush().chain(() -> waiting.all(tx)).chain(all -> Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUniAndConcatenate(requested -> place(tx, requested, true))
                .collect()
                .last());
    }

    private Uni<Void> requested(Transaction tx, ContainerEvent.Requested requested) {
        return tx.session()
                .createNativeQuery(KNOWN, Integer.class)
                .setParameter("container", requested.id().value())
                .getResultList()
                .chain(found -> found.isEmpty() ? place(tx, requested, false) : Uni.createFrom().voidItem());
    }

    /** @param myTurn no node changes until this transaction ends */
    private Uni<Void> place(Transaction tx, ContainerEvent.Requested requested, boolean myTurn) {
        PlacementRequest request = PlacementRequest.of(requested.spec(), requested.image(), requested.owner());
        String deployment = request.deployment() == null ? "" : request.deployment().value();
        return cluster(tx.session(), deployment).chain(cluster -> switch (Placer.place(cluster, request)) {
            case PlacementDecision.NoNode(var reasons) -> waiting.remove(tx, requested.id())
                    .chain(() -> tx.publish(new ContainerEvent.Unplaceable(requested.id(), reasons)));
            case PlacementDecision.Wait(var suspects, var _) -> myTurn
                    ? await(tx, requested, suspects)
                    : waiting.takeTurn(tx).chain(() -> place(tx, requested, true));
            case PlacementDecision.Placement placement -> claim(tx, placement.node())
                    .chain(claimed -> claimed
                            ? waiting.remove(tx, requested.id()).chain(() -> reserve(tx, requested, request, placement))
                            : place(tx, requested, myTurn));
        });
    }

    private Uni<Void> await(Transaction tx, ContainerEvent.Requested requested, List<String> suspects) {
        LOG.infof(
                "container %s (%s) waits for what becomes of suspect %s",
                requested.name(), requested.id().shortForm(), String.join(", ", suspects));
        return waiting.add(tx, requested);
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
                        .setParameter("restart", requested.spec().restart().mode().name())
                        .setParameter("retries", requested.spec().restart().maxRetries()))
                .chain(() -> tx.publish(new ContainerEvent.Placed(
                        requested.id(), node.id(), node.name(), requested.spec(), requested.name(), requested.owner(),
                        placement.reasons())));
    }

    /** Does nothing where none is reserved. */
    private static Uni<Void> become(Transaction tx, ContainerEvent event) {
        String container = event.id().value();
        return tx.session().createNativeQuery(HELD, Object[].class).setParameter("container", container).getSingleResultOrNull().chain(row -> {
            if (row == null) {
                return Uni.createFrom().voidItem();
            }
            RestartPolicy policy = new RestartPolicy(RestartPolicy.Mode.valueOf((String) row[0]), (int) number(row[1]));
            Reservation before = new Reservation(policy, (int) number(row[2]), (Boolean) row[3], (Boolean) row[4], (Boolean) row[5]);
            Reservation after = before.after(event);
            return after.equals(before)
                    ? Uni.createFrom().voidItem()
                    : change(tx.session()
                            .createNativeQuery(BECOME)
                            .setParameter("restarts", after.restarts())
                            .setParameter("halting", after.halting())
                            .setParameter("ended", after.ended())
                            .setParameter("active", after.active())
                            .setParameter("container", container));
        });
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
