package io.gantry.kit.outbox;

import io.gantry.kit.measure.Hops;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.time.World;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * A service's one way to change its state. Each service has a subclass as a {@code @Singleton} with its own persistence unit and
 * data source; {@code source} is the service's name, {@code network-service}.
 */
public abstract class Transactions implements AutoCloseable {
    private static final String HANDLED =
            "insert into inbox (consumer, event_id) values (:consumer, :event) on conflict do nothing";
    private final Mutiny.SessionFactory sessions;
    private final String source;
    private final World world;
    private final Hops hops;
    private final OutboxRelay relay;
    private volatile boolean closed;

    protected Transactions(String service, Mutiny.SessionFactory sessions, DataSource dataSource, KafkaLink kafka, ShortWay shortWay, World world) {
        this.sessions = sessions;
        this.source = "/gantry/" + service;
        this.world = world;
        this.hops = new Hops(service, Metrics.globalRegistry);
        this.relay = new OutboxRelay(service, dataSource, kafka, shortWay, hops);
        relay.start();
    }

    /** Everything in {@code work} commits or nothing does. */
    public <T> Uni<T> in(Function<Transaction, Uni<T>> work) {
        return because(null, work);
    }

    /** As {@link #in}; what is published names {@code cause} as its cause. */
    public <T> Uni<T> because(UUID cause, Function<Transaction, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Handover.Batch[] written = new Handover.Batch[1];
            long begun = System.nanoTime();
            return sessions.withTransaction(session -> {
                        Transaction transaction = new Transaction(session, source, cause, world);
                        return work.apply(transaction).call(() -> transaction.writeOutbox().invoke(rows -> {
                            if (!rows.isEmpty()) {
                                written[0] = relay.written(rows);
                            }
                        }));
                    })
                    .invoke(() -> hops.committed(begun))
                    .onTermination()
                    .invoke((_, failure, cancelled) -> {
                        if (written[0] != null) {
                            relay.ended(written[0], failure == null && !cancelled);
                        }
                    });
        });
    }

    /**
     * Does {@code work} unless {@code consumer} has handled {@code event} before: then the result is {@code null}. The memory of it commits
     * with the work.
     */
    public <T> Uni<T> once(String consumer, UUID event, Function<Transaction, Uni<T>> work) {
        return because(event, transaction -> transaction
                .session()
                .createNativeQuery(HANDLED)
                .setParameter("consumer", consumer)
                .setParameter("event", event)
                .executeUpdate()
                .chain(inserted -> inserted == 1 ? work.apply(transaction) : Uni.createFrom().nullItem()));
    }

    /** To be called once the effect of a fact that became true then has committed. */
    public void effected(Instant becameTrue) {
        hops.effected(becameTrue, world.now());
    }

    /** Reading only. */
    public <T> Uni<T> read(Function<Mutiny.Session, Uni<T>> work) {
        return sessions.withSession(work);
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
        relay.close();
    }
}
