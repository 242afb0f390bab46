package io.gantry.kit.outbox;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.Event;
import io.gantry.kit.measure.Hops;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.time.World;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * A service's one way to change its state. Each service has a subclass as a {@code @Singleton} with its own persistence unit and
 * data source; {@code source} is the service's name, {@code network-service}.
 */
public abstract class Transactions implements AutoCloseable {
    private static final String KNOWN = "select 1 from inbox where consumer = :consumer and event_id = :event";
    private static final int MOST_RACES = 20;
    /** After that whoever asked is answered all the same: it has committed. */
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(2);
    private final Mutiny.SessionFactory sessions;
    private final String source;
    private final World world;
    private final Hops hops;
    private final ShortWay shortWay;
    private final OutboxRelay relay;
    private final Forgetting forgetting;
    private volatile boolean closed;

    protected Transactions(String service, Mutiny.SessionFactory sessions, DataSource dataSource, KafkaLink kafka, ShortWay shortWay, World world) {
        this(service, sessions, dataSource, kafka, shortWay, world, List.of());
    }

    /** @param forgotten of the service's own, besides facts that were handled */
    protected Transactions(
            String service, Mutiny.SessionFactory sessions, DataSource dataSource, KafkaLink kafka, ShortWay shortWay, World world, List<Forgetting.Rule> forgotten) {
        this.sessions = sessions;
        this.source = "/gantry/" + service;
        this.world = world;
        this.hops = new Hops(service, Metrics.globalRegistry);
        this.shortWay = shortWay;
        this.relay = new OutboxRelay(service, dataSource, kafka, shortWay, hops);
        relay.start();
        this.forgetting = Forgetting.start(service, dataSource, world, Stream.concat(Stream.of(Forgetting.HANDLED), forgotten.stream()).toList());
    }

    /** Everything in {@code work} commits or nothing does. It is done again where it has lost a race. */
    public <T> Uni<T> in(Function<Transaction, Uni<T>> work) {
        return in(Mode.LOCKING, work);
    }

    public <T> Uni<T> in(Mode mode, Function<Transaction, Uni<T>> work) {
        return run(mode, null, null, work);
    }

    /** As {@link #in}; what is published names {@code cause} as its cause. */
    public <T> Uni<T> because(UUID cause, Function<Transaction, Uni<T>> work) {
        return run(Mode.LOCKING, cause, null, work);
    }

    /**
     * Does {@code work} unless {@code consumer} has handled {@code event} before: then nothing that it did stays, and the result is {@code null}. The memory of it
     * commits with the work, in its end: an event is seldom told twice, and asking first would cost a way to the database of its own.
     */
    public <T> Uni<T> once(Mode mode, String consumer, UUID event, Function<Transaction, Uni<T>> work) {
        Together.Handled handled = new Together.Handled(consumer, event);
        return run(mode, event, handled, work)
                .onFailure()
                .recoverWithUni(failure -> isHandled(failure)
                        ? Uni.createFrom().nullItem()
                        // what was done before may be why it fails now
                        : wasHandled(handled).chain(before -> before ? Uni.createFrom().nullItem() : Uni.createFrom().failure(failure)));
    }

    /** Where a session may be used; {@code work} as it is, unless a service knows better. */
    protected <T> Uni<T> onOwnContext(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(work::get);
    }

    /** What each {@link Mode#LOCKING} transaction does first: nothing, unless a service knows better. */
    protected Uni<Void> begun(Transaction transaction) {
        return Uni.createFrom().voidItem();
    }

    /** Where attempts wait for each other; they don't, unless a service knows better. */
    protected <T> Uni<T> inTurn(Mode mode, Supplier<Uni<T>> attempt) {
        return Uni.createFrom().deferred(attempt::get);
    }

    /**
     * Whether whoever asks for what makes that true is answered once all services in this process know it; where they are others, they hear of it some milliseconds later.
     * Nothing is waited for, unless a service knows better.
     */
    protected boolean heardFirst(Event event) {
        return false;
    }

    private <T> Uni<T> run(Mode mode, UUID cause, Together.Handled handled, Function<Transaction, Uni<T>> work) {
        AtomicInteger attempts = new AtomicInteger();
        return onOwnContext(() -> inTurn(mode, () -> attempt(mode, attempts.getAndIncrement() > 0, cause, handled, work)))
                .onFailure(LostRace.class)
                .retry()
                .atMost(MOST_RACES)
                .onFailure(MustLock.class)
                .recoverWithUni(() -> run(Mode.LOCKING, cause, handled, work));
    }

    private <T> Uni<T> attempt(Mode mode, boolean again, UUID cause, Together.Handled handled, Function<Transaction, Uni<T>> work) {
        Publishing publishing = new Publishing();
        long begun = System.nanoTime();
        Function<Mutiny.Session, Uni<T>> all = session -> {
            Transaction transaction = new Transaction(session, mode, again, source, cause, world);
            return (mode == Mode.LOCKING ? begun(transaction).chain(() -> work.apply(transaction)) : work.apply(transaction))
                    .call(() -> publishing.write(transaction, handled));
        };
        return (mode == Mode.LOCKING ? sessions.withTransaction(all) : sessions.withSession(all))
                .onFailure(failure -> LostRace.is(state(failure)))
                .transform(LostRace::new)
                .invoke(() -> hops.committed(begun))
                // before anybody hears of it, who may come and ask
                .invoke(() -> publishing.transaction.committed())
                .onTermination()
                .invoke((_, failure, cancelled) -> publishing.ended(failure, cancelled))
                .call(publishing::heard);
    }

    /** The rows that one attempt writes, on their way to the relay. */
    private final class Publishing {
        private Transaction transaction;
        private Handover.Batch batch;
        private List<OutboxTable.Row> rows = List.of();
        private List<CompletableFuture<Void>> heard = List.of();

        /** The batch is there before its commit is asked for, so that what another transaction writes about the same subject comes behind it. */
        Uni<Void> write(Transaction its, Together.Handled handled) {
            transaction = its;
            if (transaction.publishes()) {
                batch = relay.begun();
            }
            return transaction.end(handled)
                    .invoke(written -> {
                        rows = written;
                        heard = hearing(transaction.facts());
                    })
                    .replaceWithVoid();
        }

        /** Where the transaction was. */
        Uni<?> heard() {
            CompletableFuture<Void> all = CompletableFuture.allOf(heard.toArray(CompletableFuture[]::new));
            if (all.isDone()) {
                return Uni.createFrom().voidItem();
            }
            Context here = Vertx.currentContext();
            return Uni.createFrom()
                    .completionStage(all)
                    .ifNoItem()
                    .after(HEARD_WITHIN)
                    .recoverWithUni(Uni.createFrom().voidItem())
                    .emitOn(work -> here.runOnContext(_ -> work.run()))
                    .onTermination()
                    .invoke(this::waitNoLonger);
        }

        private void waitNoLonger() {
            heard.forEach(one -> one.complete(null));
        }

        void ended(Throwable failure, boolean cancelled) {
            boolean undone = failure instanceof LostRace || failure instanceof MustLock || failure != null && isHandled(failure);
            if (transaction != null && (cancelled || failure != null && !undone)) {
                transaction.inDoubt();
            }
            if (batch == null) {
                return;
            }
            if (failure != null || cancelled) {
                waitNoLonger();
            }
            if (failure == null && !cancelled) {
                relay.committed(batch, rows);
            } else if (undone) {
                relay.withdrawn(batch);
            } else {
                relay.lost(batch);
            }
        }
    }

    private List<CompletableFuture<Void>> hearing(List<Fact> facts) {
        return facts.stream()
                .filter(fact -> shortWay.reachesAll() && heardFirst(fact.event()))
                .map(fact -> shortWay.heard(fact.id()))
                .toList();
    }

    private Uni<Boolean> wasHandled(Together.Handled handled) {
        return read(session -> session.createNativeQuery(KNOWN, Integer.class)
                .setParameter("consumer", handled.consumer())
                .setParameter("event", handled.event())
                .getResultList()
                .map(found -> !found.isEmpty()))
                .onFailure()
                .recoverWithItem(false);
    }

    private static boolean isHandled(Throwable failure) {
        return Together.HANDLED.equals(state(failure));
    }

    /** What PostgreSQL says of why it refused; {@code null} where it is something else. */
    private static String state(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof SQLException refused) {
                return refused.getSQLState();
            }
        }
        return null;
    }

    /** To be called once the effect of a fact that became true then has committed. */
    public void effected(Instant becameTrue) {
        hops.effected(becameTrue, world.now());
    }

    /** Reading only. */
    public <T> Uni<T> read(Function<Mutiny.Session, Uni<T>> work) {
        return onOwnContext(() -> sessions.withSession(work));
    }

    /** Before its connections go. */
    void ends(@Observes @Priority(1) ShutdownEvent event) {
        closed = true;
    }

    /** The service ends: what fails from now on is not tried again here, but by its successor. */
    public boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        forgetting.close();
        relay.close();
    }
}
