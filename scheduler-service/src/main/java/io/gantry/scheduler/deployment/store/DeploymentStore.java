package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NodeId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentEvolution;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Proposal;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.Revision;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.store.TraitColumns;
import io.gantry.scheduler.rollout.core.Ahead;
import io.gantry.scheduler.rollout.core.NodeCondition;
import io.gantry.scheduler.rollout.core.Reconciliation;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Changes a deployment: holds its row, applies what happened, lets the rollout decide, and writes and publishes all of it. */
@Singleton
public class DeploymentStore {
    private final PrefetchRecords prefetches;
    private final World world;

    @Inject
    DeploymentStore(PrefetchRecords prefetches, World world) {
        this.prefetches = prefetches;
        this.world = world;
    }

    /**
     * A change to a deployment, made while its row is held.
     *
     * @param revisions made by it; their numbers are new
     * @param events to be published before what the rollout decides
     */
    public record Change(Deployment deployment, List<Revision> revisions, List<DeploymentEvent> events) {
        public static Change of(DeploymentWish.Answer.Granted granted) {
            return new Change(granted.deployment(), granted.made(), granted.events());
        }

        public static Change only(Deployment deployment) {
            return new Change(deployment, List.of(), List.of());
        }
    }

    /** What a change is made of. */
    public record Held(Deployment deployment, Map<Integer, Revision> revisions) {}

    /** What is proposed, of a deployment that isn't there yet. */
    public Uni<Void> create(Transaction tx, Proposal.Make proposal, Touched touched) {
        DeploymentWish.Become wish = proposal.wish();
        Deployment deployment =
                Deployment.created(proposal.deployment(), proposal.project(), proposal.name(), wish.spec(), world.now());
        Revision first = new Revision(1, wish.spec(), wish.image(), wish.reason(), world.now());
        return tx.session()
                .persist(DeploymentRow.of(deployment, world.now()))
                .chain(() -> tx.session().persist(RevisionRow.of(deployment.id(), first)))
                .chain(() -> tx.session().flush())
                .chain(() -> tx.publish(new DeploymentEvent.Created(
                        deployment.id(), deployment.project(), deployment.name(), deployment.spec(), deployment.revision())))
                .chain(() -> reconcile(tx, deployment.id(), touched));
    }

    /** A fact about a container: one of a replica changes its deployment; any other nothing. */
    public Uni<Void> on(Transaction tx, ContainerEvent event, Touched touched) {
        return tx.session()
                .createNativeQuery("select deployment from replica where container = :container", String.class)
                .setParameter("container", event.id().value())
                .getSingleResultOrNull()
                .chain(deployment -> deployment == null
                        ? Uni.createFrom().voidItem()
                        : change(tx, new DeploymentId(deployment), touched, held -> Change.only(afterFact(held, event))));
    }

    private Deployment afterFact(Held held, ContainerEvent event) {
        Deployment after = DeploymentEvolution.evolve(held.deployment(), event, world.now());
        return event instanceof ContainerEvent.Removed ? DeploymentEvolution.roomMade(after, world.now()) : after;
    }

    public Uni<Void> reconcile(Transaction tx, DeploymentId id, Touched touched) {
        return change(tx, id, touched, held -> Change.only(held.deployment()));
    }

    /** Nodes can take more: those who wait for room try now. */
    public Uni<Void> roomMade(Transaction tx, DeploymentId id, Touched touched) {
        return change(tx, id, touched, held -> Change.only(DeploymentEvolution.roomMade(held.deployment(), world.now())));
    }

    /** Nobody else changes it until the transaction ends. Without its replicas; empty when there is none. */
    Uni<Optional<Deployment>> hold(Transaction tx, DeploymentId id) {
        return tx.session()
                .find(DeploymentRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE)
                .map(row -> Optional.ofNullable(row).map(DeploymentRow::toDeployment));
    }

    /** Does nothing when the deployment is gone. */
    public Uni<Void> change(Transaction tx, DeploymentId id, Touched touched, Function<Held, Change> what) {
        return tx.lockedSession().find(DeploymentRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE).chain(row -> {
            if (row == null) {
                return Uni.createFrom().voidItem();
            }
            return replicas(tx.session(), id).chain(rows -> revisions(tx.session(), id).chain(revisions -> nodes(tx.session())
                    .chain(nodes -> {
                        Deployment before = row.toDeployment()
                                .withReplicas(rows.stream().map(ReplicaRow::toReplica).toList());
                        Change change = what.apply(new Held(before, revisions));
                        change.revisions().forEach(revision -> revisions.put(revision.number(), revision));
                        // before anything is decided: what is replaced may have to serve on until the image is there
                        return told(tx, row, change.deployment(), revisions).chain(ahead -> {
                            Reconciliation outcome = Reconciliation.of(
                                    change.deployment(), nodes, ahead, revisions, world.now(), world.random());
                            if (!outcome.after().equals(before)) {
                                row.updatedAt = world.now();
                            }
                            if (isWantedOtherwise(before, outcome.after())) {
                                row.version++;
                            }
                            touched.add(id, outcome.due());
                            outcome.made().forEach(revision -> revisions.put(revision.number(), revision));
                            return write(tx, row, rows, change, outcome)
                                    .chain(() -> prefetches.keep(tx, row, outcome.after(), revisions.get(outcome.after().revision())));
                        });
                    })));
        });
    }

    private static boolean isWantedOtherwise(Deployment before, Deployment after) {
        return after.revision() != before.revision() || !after.spec().equals(before.spec());
    }

    private Uni<Ahead> told(Transaction tx, DeploymentRow row, Deployment deployment, Map<Integer, Revision> revisions) {
        Revision wanted = revisions.get(deployment.revision());
        return prefetches.keep(tx, row, deployment, wanted).chain(() -> prefetches.ahead(tx.session(), row, wanted));
    }

    /** Everything of it goes; container-service removes its containers. */
    public Uni<Void> remove(Transaction tx, DeploymentId id, Touched touched) {
        return tx.session().find(DeploymentRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE).chain(row -> {
            if (row == null) {
                return Uni.createFrom().voidItem();
            }
            touched.add(id, null);
            return replicas(tx.session(), id)
                    .chain(rows -> tx.publish(rows.stream()
                            .map(each -> new DeploymentEvent.ContainerUnwanted(id, each.toReplica().container()))
                            .toList()))
                    .chain(() -> prefetches.forget(tx, row))
                    .chain(() -> tx.publish(new DeploymentEvent.Removed(id, row.project, row.name)))
                    .chain(() -> tx.session()
                            .createNativeQuery("delete from deployment where id = :id")
                            .setParameter("id", row.id)
                            .executeUpdate())
                    .replaceWithVoid();
        });
    }

    private Uni<Void> write(
            Transaction tx, DeploymentRow row, List<ReplicaRow> rows, Change change, Reconciliation outcome) {
        Deployment after = outcome.after();
        row.body = Json.write(after);
        row.dueAt = outcome.due();
        Map<String, ReplicaRow> gone = new HashMap<>();
        rows.forEach(each -> gone.put(each.container, each));
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Replica replica : after.replicas()) {
            ReplicaRow known = gone.remove(replica.container().value());
            if (known == null) {
                all = all.chain(() -> tx.session().persist(ReplicaRow.of(after.id(), replica)));
            } else {
                known.become(replica);
            }
        }
        for (ReplicaRow each : gone.values()) {
            all = all.chain(() -> tx.session().remove(each));
        }
        for (Revision revision : change.revisions()) {
            all = all.chain(() -> tx.session().persist(RevisionRow.of(after.id(), revision)));
        }
        for (Revision revision : outcome.made()) {
            all = all.chain(() -> tx.session().persist(RevisionRow.of(after.id(), revision)));
        }
        return all.chain(() -> tx.publish(change.events())).chain(() -> tx.publish(outcome.events()));
    }

    private static Uni<List<ReplicaRow>> replicas(Mutiny.Session session, DeploymentId id) {
        return session.createQuery("from SchedulerReplica where deployment = :id order by container", ReplicaRow.class)
                .setParameter("id", id.value())
                .getResultList();
    }

    private static Uni<Map<Integer, Revision>> revisions(Mutiny.Session session, DeploymentId id) {
        return session.createQuery("from SchedulerRevision where deployment = :id", RevisionRow.class)
                .setParameter("id", id.value())
                .getResultList()
                .map(rows -> rows.stream()
                        .map(RevisionRow::toRevision)
                        .collect(Collectors.toMap(Revision::number, Function.identity(), (a, b) -> b, HashMap::new)));
    }

    private static Uni<Map<NodeId, NodeCondition>> nodes(Mutiny.Session session) {
        return session.createNativeQuery("select " + TraitColumns.SELECTED + ", n.state, n.drained from node n", Object[].class)
                .getResultList()
                .map(rows -> rows.stream()
                        .map(row -> new NodeCondition(TraitColumns.read(row), Health.valueOf((String) row[TraitColumns.COUNT]), (Boolean) row[TraitColumns.COUNT + 1]))
                        .collect(Collectors.toMap(node -> node.traits().id(), Function.identity())));
    }
}
