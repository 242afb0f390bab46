package io.gantry.scheduler.node.store;

import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.state.Observed;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.node.core.Node;
import io.gantry.scheduler.node.core.NodeDecider;
import io.gantry.scheduler.node.core.NodeHealth;
import io.gantry.scheduler.placement.store.PlacementStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Nodes, and the facts about them. Each change names the state it was decided on, so that two replicas of this service agree; what waits
 * for a node is decided again in the change's own transaction.
 */
@Singleton
public class NodeStore {
    private static final String FIND =
            "select id from node where id = :ref or name = :ref order by state = 'LOST', joined_at desc limit 1";
    private final SchedulerTransactions transactions;
    private final PlacementStore placements;
    private final World world;

    @Inject
    NodeStore(SchedulerTransactions transactions, PlacementStore placements, World world) {
        this.transactions = transactions;
        this.placements = placements;
        this.world = world;
    }

    public Uni<List<Node>> all() {
        return transactions.read(session -> session.createQuery("from SchedulerNode order by name, id", NodeRow.class)
                .getResultList()
                .map(rows -> rows.stream().map(NodeRow::toNode).toList()));
    }

    /** A heartbeat that says something new: a node nobody knew, one that wasn't ready, or other facts. */
    public Uni<Node> heard(Observed.Node facts) {
        return changing(tx -> lock(tx, facts.id()).chain(row -> {
            if (row == null) {
                NodeRow joined = NodeRow.joined(facts, world.now());
                return tx.session()
                        .persist(joined)
                        .chain(() -> tx.publish(new NodeEvent.Joined(
                                facts.id(), facts.name(), facts.address(), facts.streamPort(), joined.epoch)))
                        .chain(() -> changed(tx, NodeDecider.ready(joined.toNode())))
                        .replaceWith(joined::toNode);
            }
            boolean news = row.state != Health.READY || !row.toNode().sameFacts(facts);
            row.heard(facts, world.now());
            return (news ? changed(tx, NodeDecider.ready(row.toNode())) : Uni.createFrom().voidItem()).replaceWith(row::toNode);
        }));
    }

    /** Empty when the node is gone. Does nothing when it is no longer in the state that was decided on. */
    public Uni<Optional<Node>> turn(NodeHealth.Turn turn) {
        return changing(tx -> lock(tx, turn.id()).chain(row -> {
            if (row == null) {
                return Uni.createFrom().item(Optional.<Node>empty());
            }
            return apply(tx, row, new NodeDecider.Command.Turn(turn.from(), turn.to()));
        }));
    }

    public Uni<NodeId> change(String reference, NodeDecider.Command command) {
        return changing(tx -> find(tx, reference).chain(row -> apply(tx, row, command).replaceWith(new NodeId(row.id))));
    }

    /** The node afterwards; empty when it is gone. */
    private Uni<Optional<Node>> apply(Transaction tx, NodeRow row, NodeDecider.Command command) {
        return switch (NodeDecider.decide(row.toNode(), command)) {
            case NodeDecider.Answer.Refused(var refusal) -> throw new Refused(refusal);
            case NodeDecider.Answer.Accepted(var after, var events) when after == null -> forget(tx, row)
                    .chain(() -> tx.publish(events))
                    .replaceWith(Optional.empty());
            case NodeDecider.Answer.Accepted(var after, var events) -> {
                row.become(after);
                yield tx.publish(events).chain(() -> placements.decideAgain(tx)).replaceWith(Optional.of(after));
            }
        };
    }

    private static Uni<Void> forget(Transaction tx, NodeRow row) {
        return tx.session()
                .createNativeQuery("delete from reservation where node = :node")
                .setParameter("node", row.id)
                .executeUpdate()
                .chain(() -> tx.session().remove(row));
    }

    /** For people to read after a restart; nothing is decided by it. */
    public Uni<Void> noteLastSeen(Map<NodeId, Instant> lastSeen) {
        return changing(tx -> {
            Uni<Void> all = Uni.createFrom().voidItem();
            for (Map.Entry<NodeId, Instant> each : lastSeen.entrySet()) {
                all = all.chain(() -> tx.session()
                        .createNativeQuery("update node set last_seen = :seen where id = :id")
                        .setParameter("seen", each.getValue())
                        .setParameter("id", each.getKey().value())
                        .executeUpdate()
                        .replaceWithVoid());
            }
            return all;
        });
    }

    private <T> Uni<T> changing(Function<Transaction, Uni<T>> work) {
        return transactions.in(tx -> placements.beforeNodeChanges(tx).chain(() -> work.apply(tx)));
    }

    private Uni<Void> changed(Transaction tx, NodeEvent event) {
        return tx.publish(event).chain(() -> placements.decideAgain(tx));
    }

    private static Uni<NodeRow> lock(Transaction tx, NodeId id) {
        return tx.session().find(NodeRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE);
    }

    /** By id or name; of several with one name the one that is not lost, else the latest. */
    private static Uni<NodeRow> find(Transaction tx, String reference) {
        return tx.session()
                .createNativeQuery(FIND, String.class)
                .setParameter("ref", reference)
                .getSingleResultOrNull()
                .onItem()
                .ifNull()
                .failWith(() -> unknown(reference))
                .chain(id -> lock(tx, new NodeId(id)))
                .onItem()
                .ifNull()
                .failWith(() -> unknown(reference));
    }

    public static Refused unknown(String reference) {
        return new Refused(ProblemType.NOT_FOUND, "no node is called '" + reference + "'", "see them with: gantry nodes");
    }
}
