package io.gantry.container.lifecycle.store;

import io.gantry.container.kept.store.KeptBindings;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerChange;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.core.ContainerDecider;
import io.gantry.container.lifecycle.core.ContainerState;
import io.gantry.container.lifecycle.core.Decision;
import io.gantry.container.lifecycle.core.Publication;
import io.gantry.container.volume.core.VolumeWishes;
import io.gantry.container.volume.store.VolumeBindings;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Applies commands: decide, evolve, and in the same transaction the row, its history, the published events and the desired record. What is written relies on the version
 * that was decided upon: of two changes of one container that come at once, one is decided again. Where nothing but the container changes, that is one
 * statement, without a look before if this process knows how the container was.
 */
@Singleton
public class Containers {
    private final ContainerTransactions transactions;
    private final VolumeBindings volumes;
    private final KeptBindings kept;
    private final ContainerRows rows;
    private final ContainerWatch watch;

    /** @param after equal to {@code before} where nothing changed */
    public record Outcome(Container before, Container after) {
        public boolean changed() {
            return !Objects.equals(before, after);
        }
    }

    @Inject
    Containers(ContainerTransactions transactions, VolumeBindings volumes, KeptBindings kept, ContainerRows rows, ContainerWatch watch) {
        this.transactions = transactions;
        this.volumes = volumes;
        this.kept = kept;
        this.rows = rows;
        this.watch = watch;
    }

    /** In a transaction of its own. Fails with {@link Refused} where the core refuses. */
    public Uni<Outcome> change(ContainerId id, ContainerCommand command) {
        return change(id, command, IfMatch.of(null));
    }

    /** The same, if it is in a version that somebody has seen. */
    public Uni<Outcome> change(ContainerId id, ContainerCommand command, IfMatch seen) {
        Mode mode = command instanceof ContainerCommand.Request request ? mode(request) : mode(id);
        return transactions.in(mode, transaction -> change(transaction, id, command, seen));
    }

    public Uni<Outcome> change(Transaction transaction, ContainerId id, ContainerCommand command) {
        return change(transaction, id, command, IfMatch.of(null));
    }

    /** By which a container may be changed: one statement, if nothing else changes with it. */
    public Mode mode(ContainerId id) {
        return watch.latest(id).filter(Containers::isAlone).isPresent() ? Mode.STATEMENT : Mode.LOCKING;
    }

    /** It is gone, and this process knows: nothing will change it any more. */
    public boolean isGone(ContainerId id) {
        return watch.latest(id).filter(container -> container.state() instanceof ContainerState.Removed).isPresent();
    }

    private static Mode mode(ContainerCommand.Request request) {
        return volumesWanted(request) || KeptBindings.wanted(request.spec()) ? Mode.LOCKING : Mode.STATEMENT;
    }

    private static boolean volumesWanted(ContainerCommand.Request request) {
        return !VolumeWishes.of(request.spec(), request.image().config(), request.owner()).isEmpty();
    }

    /** It has nothing that is kept apart from it. */
    private static boolean isAlone(Container container) {
        return container.volumes().isEmpty() && !KeptBindings.wanted(container.spec());
    }

    private Uni<Outcome> change(Transaction transaction, ContainerId id, ContainerCommand command, IfMatch seen) {
        if (transaction.mode() == Mode.LOCKING) {
            // what this transaction has written of the same container is to be seen
            return transaction.flush().chain(() -> rows.locked(transaction, id)).chain(before -> change(transaction, id, before, command, seen));
        }
        Optional<Container> known = transaction.again() ? Optional.empty() : watch.latest(id);
        if (command instanceof ContainerCommand.Request || known.isPresent() && changes(known.get(), command)) {
            return change(transaction, id, known.orElse(null), command, seen);
        }
        return rows.find(transaction.session(), id).chain(before -> change(transaction, id, before, command, seen));
    }

    /** What would be refused, or change nothing, is decided on what the table has. */
    private static boolean changes(Container known, ContainerCommand command) {
        return ContainerDecider.decide(known, command) instanceof Decision.Accepted(var changes) && !changes.isEmpty();
    }

    private Uni<Outcome> change(Transaction transaction, ContainerId id, Container before, ContainerCommand command, IfMatch seen) {
        if (before != null) {
            seen.check(Tag.quoted(before.wishVersion()));
        }
        return before == null && command instanceof ContainerCommand.Request request
                ? volumes.bind(transaction, id, request.project(), request.spec(), request.image().config(), request.owner())
                        .call(() -> kept.bind(transaction, id, request.project(), request.spec(), request.owner()))
                        .chain(settled -> decide(transaction, before, request.with(settled)))
                : decide(transaction, before, command);
    }

    private Uni<Outcome> decide(Transaction transaction, Container before, ContainerCommand command) {
        return switch (ContainerDecider.decide(before, command)) {
            case Decision.Refused(var refusal) -> Uni.createFrom().failure(new Refused(refusal));
            case Decision.Accepted(var changes) when changes.isEmpty() ->
                    Uni.createFrom().item(new Outcome(before, before));
            case Decision.Accepted(var changes) -> apply(transaction, before, changes);
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
        return transactions.read(session -> rows.find(session, id));
    }

    public Uni<List<ContainerId>> onNode(Transaction transaction, NodeId node) {
        return transaction
                .session()
                .createNativeQuery("select id from containers where node = :node and state <> 'REMOVED' order by id", String.class)
                .setParameter("node", node.value())
                .getResultList()
                .map(ids -> ids.stream().map(ContainerId::new).toList());
    }

    private Uni<Outcome> apply(Transaction transaction, Container before, List<ContainerChange> changes) {
        Container after = before;
        List<Event> events = new ArrayList<>();
        for (ContainerChange change : changes) {
            Container next = ContainerDecider.evolve(after, change);
            events.addAll(Publication.of(after, next, change));
            after = next;
        }
        Container result = after;
        rows.save(transaction, before, result, changes);
        transaction.afterCommit(() -> watch.tell(result));
        transaction.ifInDoubt(() -> watch.forget(result.id()));
        return transaction
                .publish(events)
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
                : gone ? volumes.release(transaction, after.id(), after.volumes(), after.volumesGo()) : Uni.createFrom().voidItem();
    }

    private static boolean goes(Container before, Container after) {
        return before != null && after.state() instanceof ContainerState.Removed && !(before.state() instanceof ContainerState.Removed);
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
}
