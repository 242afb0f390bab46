package io.gantry.kit.outbox;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.hibernate.reactive.mutiny.Mutiny;

/** One transaction of one service: its session, and what shall be published if it commits. */
public final class Transaction {
    private final Mutiny.Session session;
    private final String source;
    private final UUID cause;
    private final World world;
    private final List<OutboxRow> rows = new ArrayList<>();

    Transaction(Mutiny.Session session, String source, UUID cause, World world) {
        this.session = session;
        this.source = source;
        this.cause = cause;
        this.world = world;
    }

    public Mutiny.Session session() {
        return session;
    }

    /** The event that led to this transaction; {@code null} when a person asked. */
    public UUID cause() {
        return cause;
    }

    public Uni<Void> publish(Event event) {
        return publish(List.of(event));
    }

    /** In the order of the list, after what was published before. */
    public Uni<Void> publish(List<? extends Event> events) {
        return append(() -> events.forEach(event -> {
            Fact fact = new Fact(Ids.uuid7(world.now(), world.random()), source, event.subject(), world.now(), cause, event);
            add(new OutboxRow(fact.topic(), null, fact.subject(), fact.toJson()), cause == null ? RecordSize.ASKED : RecordSize.MOST);
        }));
    }

    /** What a node shall hold from now on. {@code version} must grow with each write of the same key. */
    public Uni<Void> desire(StateKey key, long version, long epoch, Desired body) {
        return append(() -> add(state(key, Json.write(new DesiredRecord(key, version, epoch, body))), RecordSize.MOST));
    }

    /** The node shall not hold it any more. */
    public Uni<Void> forget(StateKey key) {
        return append(() -> rows.add(state(key, null)));
    }

    private void add(OutboxRow row, int most) {
        RecordSize.check(row, most);
        rows.add(row);
    }

    private static OutboxRow state(StateKey key, String payload) {
        return new OutboxRow(Topics.NODE_DESIRED, Topics.statePartition(key.node().value()), key.toString(), payload);
    }

    private static Uni<Void> append(Runnable rows) {
        return Uni.createFrom().voidItem().invoke(rows);
    }

    /** The last thing in the transaction: all rows at once, so that each costs no way to the database of its own. @return in the order in which they go */
    Uni<List<OutboxTable.Row>> writeOutbox() {
        return rows.isEmpty()
                ? Uni.createFrom().item(List.of())
                : OutboxRow.insert(session, rows).map(ids -> {
                    List<Long> sorted = ids.stream().sorted().toList();
                    return IntStream.range(0, rows.size()).mapToObj(i -> new OutboxTable.Row(sorted.get(i), rows.get(i))).toList();
                });
    }
}
