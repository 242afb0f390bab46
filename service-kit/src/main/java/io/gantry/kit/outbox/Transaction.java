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
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** One transaction of one service: its session, what it writes in its end, and what shall be published if it commits. */
public final class Transaction {
    /** How it comes to be all or nothing. */
    public enum Mode {
        /** It begins before its work does, and commits after it: what the work locks, reads and writes is one. */
        LOCKING,
        /**
         * It is the one statement that is made in its end ({@link #write}), and costs one way to the database. The work changes and locks nothing before; work that finds it must
         * ({@link MustLock}) is done again, {@link #LOCKING}.
         */
        STATEMENT
    }

    private static final Logger LOG = Logger.getLogger(Transaction.class);
    private final Mutiny.Session session;
    private final Mode mode;
    private final boolean again;
    private final String source;
    private final UUID cause;
    private final World world;
    private final List<Write> writes = new ArrayList<>();
    private final List<OutboxRow> rows = new ArrayList<>();
    private final List<Fact> facts = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private final List<Runnable> doubts = new ArrayList<>();
    private final Map<Class<?>, Object> kept = new HashMap<>();
    private Write condition;

    Transaction(Mutiny.Session session, Mode mode, boolean again, String source, UUID cause, World world) {
        this.session = session;
        this.mode = mode;
        this.again = again;
        this.source = source;
        this.cause = cause;
        this.world = world;
    }

    public Mode mode() {
        return mode;
    }

    /** Whether it has lost a race before: what somebody remembers is out of date. */
    public boolean again() {
        return again;
    }

    /** For reading. */
    public Mutiny.Session session() {
        return session;
    }

    /** For what is changed before the end. */
    public Mutiny.Session lockedSession() {
        if (mode == Mode.STATEMENT) {
            throw new MustLock();
        }
        return session;
    }

    /** What its parts tell each other. */
    public <T> void keep(Class<T> kind, T one) {
        kept.put(kind, one);
    }

    /** Empty unless one was kept. */
    public <T> Optional<T> kept(Class<T> kind) {
        return Optional.ofNullable(kept.get(kind)).map(kind::cast);
    }

    /** What all it has read stands on: {@link Write#ofOne}, made together with what it writes, if that is anything. */
    public void standsOn(Write only) {
        condition = only;
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
            facts.add(fact);
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

    /** In the end, together with all else that is written. What is read in this transaction before {@link #flush} doesn't show it. */
    public void write(Write write) {
        writes.add(write);
    }

    /** Writes now what would be written in the end: for who reads it in the same transaction. */
    public Uni<Void> flush() {
        if (writes.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        if (mode == Mode.STATEMENT) {
            throw new MustLock();
        }
        return makeAll(groups().stream().map(group -> new Together(group, null, List.of())).toList()).replaceWithVoid();
    }

    /** Once it has committed, in the order in which it was asked for. */
    public void afterCommit(Runnable action) {
        afterwards.add(action);
    }

    /** Once it may have committed and nobody knows: for who remembers what the tables had before. */
    public void ifInDoubt(Runnable action) {
        doubts.add(action);
    }

    void committed() {
        runEach(afterwards);
    }

    void inDoubt() {
        runEach(doubts);
    }

    /** What fails in one changes nothing of what has been committed, and keeps no other from running. */
    private static void runEach(List<Runnable> actions) {
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("what was to be done behind a transaction failed", e);
            }
        }
    }

    /** What becomes true by it, as far as it has been published. */
    List<Fact> facts() {
        return facts;
    }

    boolean publishes() {
        return !rows.isEmpty();
    }

    /** The last thing in the transaction. @param handled may be {@code null} @return the outbox's rows in the order in which they go */
    Uni<List<OutboxTable.Row>> end(Together.Handled handled) {
        if (condition != null && !(writes.isEmpty() && rows.isEmpty())) {
            writes.add(condition);
        }
        return makeAll(statements(handled)).map(this::numbered);
    }

    /** One, unless there is very much to write. */
    private List<Together> statements(Together.Handled handled) {
        List<Together> statements = new ArrayList<>();
        int written = 0;
        while (mode == Mode.LOCKING && rows.size() - written > Together.MOST_ROWS) {
            statements.add(new Together(List.of(), null, rows.subList(written, written + Together.MOST_ROWS)));
            written += Together.MOST_ROWS;
        }
        List<List<Write>> groups = groups();
        groups.subList(0, groups.size() - 1).forEach(group -> statements.add(new Together(group, null, List.of())));
        Together last = new Together(groups.getLast(), handled, rows.subList(written, rows.size()));
        if (!last.isEmpty()) {
            statements.add(last);
        }
        return statements;
    }

    /** What is to be written, as much of it together as a statement takes; at least one group, which may be empty. */
    private List<List<Write>> groups() {
        List<List<Write>> groups = new ArrayList<>(List.of(new ArrayList<>()));
        int parameters = 0;
        for (Write write : writes) {
            parameters += write.parameters().size();
            if (mode == Mode.LOCKING && parameters > Together.MOST_PARAMETERS && !groups.getLast().isEmpty()) {
                groups.add(new ArrayList<>());
                parameters = write.parameters().size();
            }
            groups.getLast().add(write);
        }
        writes.clear();
        return groups;
    }

    private Uni<List<Long>> makeAll(List<Together> statements) {
        return Multi.createFrom()
                .iterable(statements)
                .onItem()
                .transformToUniAndConcatenate(this::make)
                .collect()
                .in(() -> new ArrayList<Long>(), List::addAll);
    }

    private Uni<List<Long>> make(Together together) {
        // of what the session holds some may have to be there before
        Uni<Void> flushed = mode == Mode.LOCKING ? session.flush() : Uni.createFrom().voidItem();
        return flushed.chain(() -> Look.ask(session, together.sql(), together.parameters())).map(rows -> rows.stream().map(row -> (Long) row[0]).toList());
    }

    private List<OutboxTable.Row> numbered(List<Long> results) {
        List<Long> ids = results.stream().filter(id -> id != 0).sorted().toList();
        return IntStream.range(0, rows.size()).mapToObj(i -> new OutboxTable.Row(ids.get(i), rows.get(i))).toList();
    }
}
