package io.gantry.scheduler.placement.store;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.kit.outbox.Look;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.scheduler.placement.core.ClusterSnapshot;
import io.gantry.scheduler.placement.core.PlacementDecision;
import io.gantry.scheduler.placement.core.PlacementRequest;
import io.gantry.scheduler.placement.core.Placer;
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

    private static final String KNOWN =
            "select 1 from reservation where container = :container union all select 1 from waiting where container = :container";

    private final WaitingContainers waiting;

    @Inject
    PlacementStore(WaitingContainers waiting) {
        this.waiting = waiting;
    }

    /** All nodes with what is free of them. */
    public Uni<ClusterSnapshot> cluster(Mutiny.Session session) {
        return Reservations.cluster(session);
    }

    /** The same as that replica sees them. */
    public Uni<ClusterSnapshot> cluster(Mutiny.Session session, Owner.Replica replica) {
        return Reservations.cluster(session, replica);
    }

    public Uni<Void> on(Transaction tx, ContainerEvent event) {
        return switch (event) {
            case ContainerEvent.Requested requested -> requested(tx, requested);
            case ContainerEvent.LifeChanged changed -> Reservations.become(tx, changed).invoke(() -> {
                if (changed.life() == Desired.Life.REMOVED) {
                    waiting.remove(tx, changed.id());
                }
            });
            case ContainerEvent.Updated updated -> Uni.createFrom().voidItem().invoke(() -> Reservations.resize(tx, updated));
            case ContainerEvent.Started _, ContainerEvent.Exited _, ContainerEvent.Failed _ -> Reservations.become(tx, event);
            case ContainerEvent.Removed removed -> Uni.createFrom().voidItem().invoke(() -> forget(tx, removed.id()));
            case ContainerEvent.Placed _, ContainerEvent.Unplaceable _, ContainerEvent.Created _, ContainerEvent.NetworksChanged _, ContainerEvent.Readiness _,
                    ContainerEvent.Renamed _, ContainerEvent.Signalled _, ContainerEvent.HealthChanged _, ContainerEvent.Paused _, ContainerEvent.Unpaused _, ContainerEvent.Lost _,
                    ContainerEvent.News _ -> Uni.createFrom().voidItem();
        };
    }

    private void forget(Transaction tx, ContainerId container) {
        Reservations.remove(tx, container);
        waiting.remove(tx, container);
        VolumePlaces.forget(tx, container);
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
        // one that is asked for twice, which is seldom, has a room that can't be written down again: then it is done again
        return tx.mode() == Mode.STATEMENT && !tx.again() ? place(tx, requested, false) : unlessKnown(tx, requested);
    }

    private Uni<Void> unlessKnown(Transaction tx, ContainerEvent.Requested requested) {
        return Look.at(KNOWN)
                .with("container", requested.id().value())
                .rows(tx.session())
                .chain(found -> found.isEmpty() ? place(tx, requested, false) : Uni.createFrom().voidItem());
    }

    /** @param myTurn no node changes until this transaction ends */
    private Uni<Void> place(Transaction tx, ContainerEvent.Requested requested, boolean myTurn) {
        PlacementRequest request = PlacementRequest.of(requested.spec(), requested.image(), requested.owner());
        // what was placed before in this transaction is to be seen
        return tx.flush()
                .chain(() -> VolumePlaces.hold(tx, requested.volumes()))
                .chain(() -> VolumePlaces.of(tx, requested.volumes()))
                .map(request::with)
                .chain(placed -> beside(tx, requested.spec()).map(placed::with))
                .chain(complete -> place(tx, requested, myTurn, complete));
    }

    /** {@code null} if it shares nobody's namespaces. */
    private static Uni<PlacementRequest.Beside> beside(Transaction tx, ContainerSpec spec) {
        return spec.lender()
                .map(id -> Reservations.nodeOf(tx, id).map(node -> new PlacementRequest.Beside(id.substring(0, Math.min(12, id.length())), node)))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    private Uni<Void> place(Transaction tx, ContainerEvent.Requested requested, boolean myTurn, PlacementRequest request) {
        Uni<ClusterSnapshot> nodes = requested.owner() instanceof Owner.Replica replica ? cluster(tx.session(), replica) : cluster(tx.session());
        return nodes.chain(cluster -> switch (Placer.place(cluster, request)) {
            case PlacementDecision.NoNode(var reasons) -> {
                waiting.remove(tx, requested.id());
                yield tx.publish(new ContainerEvent.Unplaceable(requested.id(), reasons));
            }
            case PlacementDecision.Wait(var suspects, var _) -> myTurn
                    ? await(tx, requested, suspects)
                    : waiting.takeTurn(tx).chain(() -> place(tx, requested, true));
            case PlacementDecision.Placement placement -> Reservations.claim(tx, placement.node())
                    .chain(claimed -> claimed
                            ? VolumePlaces.take(tx, requested.id(), requested.volumes(), placement.node().id())
                                    .invoke(() -> waiting.remove(tx, requested.id()))
                                    .chain(() -> Reservations.make(tx, requested, request, placement))
                            : place(tx, requested, myTurn));
        });
    }

    private Uni<Void> await(Transaction tx, ContainerEvent.Requested requested, List<String> suspects) {
        LOG.infof(
                "container %s (%s) waits for what becomes of suspect %s",
                requested.name(), requested.id().shortForm(), String.join(", ", suspects));
        waiting.add(tx, requested);
        return Uni.createFrom().voidItem();
    }
}
