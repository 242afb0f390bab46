package io.gantry.container.lifecycle.store;

import io.gantry.container.kept.store.KeptBindings;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerChange;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.core.ContainerDecider;
import io.gantry.container.lifecycle.core.ContainerState;
import io.gantry.container.lifecycle.core.Decision;
import io.gantry.container.lifecycle.core.Publication;
import io.gantry.container.volume.store.VolumeBindings;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;
import jakarta.persistence.OptimisticLockException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.StaleStateException;

/**
 * Applies commands: decide, evolve, and in the same transaction the row, its history, the published events and the desired record. The
 * row is locked before the decision, so two changes of one container come one after the other.
 */
@Singleton
public class Containers {
    private static final int ATTEMPTS = 20;
    private final ContainerTransactions transactions;
    private final World world;
    private final VolumeBindings volumes;
    private final KeptBindings kept;
    private final ContainerDocuments documents;

    /** @param after equal to {@code before} where nothing changed */
    public record Outcome(Container before, Container after) {
        public boolean changed() {
            return !Objects.equals(before, after);
        }
    }

    @Inject
    Containers(ContainerTransactions transactions, World world, VolumeBindings volumes, KeptBindings kept, ContainerDocuments documents) {
        this.transactions = transactions;
        this.world = world;
        this.volumes = volumes;
        this.kept = kept;
        this.documents = documents;
    }

    /** In a transaction of its own. Fails with {@link Refused} where the core refuses. */
    public Uni<Outcome> change(ContainerId id, ContainerCommand command) {
        return change(id, command, IfMatch.of(null));
    }

    /** The same, if it is in a version that somebody has seen. */
    public Uni<Outcome> change(ContainerId id, ContainerCommand command, IfMatch seen) {
        return transactions
                .in(transaction -> change(transaction, id, command, seen))
                .onFailure(Containers::lostARace)
                .retry()
                .atMost(ATTEMPTS);
    }

    public Uni<Outcome> change(Transaction transaction, ContainerId id, ContainerCommand command) {
        return change(transaction, id, command, IfMatch.of(null));
    }

    private Uni<Outcome> change(Transaction transaction, ContainerId id, ContainerCommand command, IfMatch seen) {
        return transaction.session().find(ContainerRow.class, id.value(), LockModeType.PESSIMISTIC_WRITE).chain(row -> {
            Container before = container(row);
            if (before != null) {
                seen.check(Tag.quoted(before.wishVersion()));
            }
            return before == null && command instanceof ContainerCommand.Request request
                    ? volumes.bind(transaction, id, request.project(), request.spec(), request.image().config(), request.owner())
                            .call(() -> kept.bind(transaction, id, request.project(), request.spec(), request.owner()))
                            .chain(settled -> decide(transaction, row, before, request.with(settled)))
                    : decide(transaction, row, before, command);
        });
    }

    private Uni<Outcome> decide(Transaction transaction, ContainerRow row, Container before, ContainerCommand command) {
        return switch (ContainerDecider.decide(before, command)) {
            case Decision.Refused(var refusal) -> Uni.createFrom().failure(new Refused(refusal));
            case Decision.Accepted(var changes) when changes.isEmpty() ->
                    Uni.createFrom().item(new Outcome(before, before));
            case Decision.Accepted(var changes) -> apply(transaction, row, before, changes);
        };
    }

    /** As {@link #change(Transaction, ContainerId, ContainerCommand)}. For facts, which nobody waits on: a refusal changes nothing and isn't told. */
    public Uni<Void> tell(Transaction transaction, ContainerId id, ContainerCommand command) {
        return change(transaction, id, command)
                .replaceWithVoid()
                .onFailure(Refused.class)
                .recoverWithNull();
    }

    /** {@code null} if there never was one. */
    public Uni<Container> find(ContainerId id) {
        return transactions.read(session ->
                session.find(ContainerRow.class, id.value()).map(this::container));
    }

    private Container container(ContainerRow row) {
        return row == null ? null : documents.read(row.id, row.doc);
    }

    public Uni<List<ContainerId>> onNode(Transaction transaction, NodeId node) {
        return transaction
                .session()
                .createNativeQuery("select id from containers where node = :node and state <> 'REMOVED' order by id", String.class)
                .setParameter("node", node.value())
                .getResultList()
                .map(ids -> ids.stream().map(ContainerId::new).toList());
    }

    private Uni<Outcome> apply(Transaction transaction, ContainerRow row, Container before, List<ContainerChange> changes) {
        Container after = before;
        List<Event> events = new ArrayList<>();
        for (ContainerChange change : changes) {
            Container next = ContainerDecider.evolve(after, change);
            events.addAll(Publication.of(after, next, change));
            after = next;
        }
        Container result = after;
        transactions.tellAfterCommit(transaction, result);
        return save(transaction, row, result)
                .chain(() -> remember(transaction, result.id(), changes))
                .chain(() -> transaction.publish(events))
                .chain(() -> volumes(transaction, before, result))
                .chain(() -> goes(before, result) ? kept.release(transaction, result.id(), result.spec()) : Uni.createFrom().voidItem())
                .chain(() -> desire(transaction, before, result))
                .replaceWith(new Outcome(before, result));
    }

    /** Where it is placed, so are its volumes; the node's record of a volume comes before that of the container. */
    private Uni<Void> volumes(Transaction transaction, Container before, Container after) {
        if (after.volumes().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        boolean gone = goes(before, after);
        boolean placed = after.place() != null && (before == null || before.place() == null);
        return placed
                ? volumes.settle(transaction, after.volumes(), after.place().node(), after.place().nodeName(), after.place().epoch())
                : gone ? volumes.release(transaction, after.id(), after.volumes(), after.owner()) : Uni.createFrom().voidItem();
    }

    private static boolean goes(Container before, Container after) {
        return before != null && after.state() instanceof ContainerState.Removed && !(before.state() instanceof ContainerState.Removed);
    }

    private Uni<Void> save(Transaction transaction, ContainerRow row, Container after) {
        if (row == null) {
            return transaction.session().persist(ContainerRow.of(after, documents.write(after))).chain(() -> transaction.session().flush());
        }
        row.set(after, documents.write(after));
        // before anything is said about it: what can't be written is not told
        return transaction.session().flush();
    }

    /** In one statement, in their order. */
    private Uni<Void> remember(Transaction transaction, ContainerId id, List<ContainerChange> changes) {
        List<ContainerChange> told = changes.stream().filter(change -> !(change instanceof ContainerChange.Seen)).toList();
        if (told.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        String values = IntStream.range(0, told.size())
                .mapToObj("(:container, :at, :change%1$d, cast(cast(:detail%1$d as text) as jsonb))"::formatted)
                .collect(Collectors.joining(", "));
        var insert = transaction
                .session()
                .createNativeQuery("insert into transitions (container, at, change, detail) values " + values)
                .setParameter("container", id.value())
                .setParameter("at", world.now().atOffset(ZoneOffset.UTC));
        for (int i = 0; i < told.size(); i++) {
            ContainerChange change = told.get(i);
            insert.setParameter("change" + i, change.getClass().getSimpleName())
                    .setParameter("detail" + i, change instanceof ContainerChange.Requested ? "{}" : Json.write(change));
        }
        return insert.executeUpdate().replaceWithVoid();
    }

    private static Uni<Void> desire(Transaction transaction, Container before, Container after) {
        var was = before == null ? Optional.empty() : before.desired();
        var now = after.desired();
        boolean sameEpoch =
                before != null && before.place() != null && after.place() != null && before.place().epoch() == after.place().epoch();
        if (now.isPresent() && !(now.equals(was) && sameEpoch)) {
            return transaction.desire(key(after), after.version(), after.place().epoch(), now.get());
        }
        return now.isEmpty() && was.isPresent() ? transaction.forget(key(after)) : Uni.createFrom().voidItem();
    }

    private static StateKey key(Container container) {
        return new StateKey(container.place().node(), "container", container.id().value());
    }

    /** Another change was quicker, between a look without the lock and this one: to be done again. */
    public static boolean lostARace(Throwable failure) {
        return failure instanceof OptimisticLockException
                || failure instanceof StaleStateException
                || failure.getCause() != null && lostARace(failure.getCause());
    }
}
