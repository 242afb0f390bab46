package io.gantry.scheduler.prefetch.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.PrefetchId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.view.ImageUse;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.SqlTime;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.node.store.Epochs;
import io.gantry.scheduler.prefetch.core.PrefetchWish;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** What was asked for and isn't over. Each wish is a record of the desired state of each of its nodes, written and taken away in one transaction with it. */
@Singleton
public class PrefetchWishes {
    /** At a time: each costs each of its nodes a record, and a line in its heartbeats. */
    private static final int MOST = 100;
    private static final String ALL = "select id, image, resolved, nodes, created_at, until from prefetch_wish";

    private final SchedulerTransactions transactions;

    @Inject
    PrefetchWishes(SchedulerTransactions transactions) {
        this.transactions = transactions;
    }

    public Uni<Void> add(PrefetchWish wish) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("select count(*) from prefetch_wish", Long.class)
                .getSingleResult()
                .invoke(count -> {
                    if (count >= MOST) {
                        throw new Refused(ProblemType.CONFLICT, "nodes are to have " + count + " images ahead already", "take some away: DELETE /prefetches/{id}, or wait until they are over");
                    }
                })
                .chain(() -> tx.session()
                        .createNativeQuery("insert into prefetch_wish (id, image, resolved, nodes, created_at, until) values (:id, :image, :resolved, :nodes, :created, :until)")
                        .setParameter("id", wish.id().value())
                        .setParameter("image", wish.image())
                        .setParameter("resolved", Json.write(wish.resolved()))
                        .setParameter("nodes", Json.write(wish.nodes()))
                        .setParameter("created", wish.createdAt())
                        .setParameter("until", wish.until())
                        .executeUpdate())
                .chain(() -> tell(tx, wish)));
    }

    private static Uni<Void> tell(Transaction tx, PrefetchWish wish) {
        return Epochs.of(tx.session(), wish.nodes()).chain(epochs -> {
            Uni<Void> all = Uni.createFrom().voidItem();
            for (NodeId node : wish.nodes()) {
                all = all.chain(() -> tx.desire(key(node, wish), 1, epochs.getOrDefault(node, 0L), new Desired.Prefetch(wish.id().value(), wish.resolved())));
            }
            return all;
        });
    }

    /** Newest first. */
    public Uni<List<PrefetchWish>> all() {
        return transactions.read(session -> wishes(session.createNativeQuery(ALL + " order by created_at desc, id desc", Object[].class)));
    }

    public Uni<PrefetchWish> get(String id) {
        return transactions.read(session -> find(session, id)).map(found -> found.orElseThrow(() -> unknown(id)));
    }

    public Uni<Void> remove(String id) {
        return transactions.in(tx -> find(tx.session(), id).chain(found -> end(tx, found.orElseThrow(() -> unknown(id)))));
    }

    /** Ends those whose time is over. */
    public Uni<Void> endOverdue(Instant now) {
        return transactions.in(tx -> wishes(tx.session().createNativeQuery(ALL + " where until <= :now", Object[].class).setParameter("now", now)).chain(over -> {
            Uni<Void> all = Uni.createFrom().voidItem();
            for (PrefetchWish each : over) {
                all = all.chain(() -> end(tx, each));
            }
            return all;
        }));
    }

    /** What they need stays in the registry. */
    public Uni<List<ImageUse>> uses() {
        return all().map(wishes -> wishes.stream().map(wish -> ImageUse.of(wish.id().value(), wish.resolved())).toList());
    }

    private static Uni<Void> end(Transaction tx, PrefetchWish wish) {
        Uni<Void> all = tx.session().createNativeQuery("delete from prefetch_wish where id = :id").setParameter("id", wish.id().value()).executeUpdate().replaceWithVoid();
        for (NodeId node : wish.nodes()) {
            all = all.chain(() -> tx.forget(key(node, wish)));
        }
        return all;
    }

    private static Uni<Optional<PrefetchWish>> find(Mutiny.Session session, String id) {
        return wishes(session.createNativeQuery(ALL + " where id = :id", Object[].class).setParameter("id", id)).map(found -> found.stream().findFirst());
    }

    private static Uni<List<PrefetchWish>> wishes(Mutiny.SelectionQuery<Object[]> query) {
        return query.getResultList().map(rows -> rows.stream().map(PrefetchWishes::wish).toList());
    }

    private static PrefetchWish wish(Object[] row) {
        return new PrefetchWish(
                new PrefetchId((String) row[0]), (String) row[1], Json.read((String) row[2], ResolvedImage.class), Arrays.asList(Json.read((String) row[3], NodeId[].class)),
                SqlTime.instant(row[4]), SqlTime.instant(row[5]));
    }

    private static StateKey key(NodeId node, PrefetchWish wish) {
        return new StateKey(node, "prefetch", wish.id().value());
    }

    private static Refused unknown(String id) {
        return new Refused(ProblemType.NOT_FOUND, "nobody asked for '" + id + "', or its time is over", "see them with: GET /prefetches");
    }
}
