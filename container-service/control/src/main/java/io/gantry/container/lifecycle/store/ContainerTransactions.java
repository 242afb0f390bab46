package io.gantry.container.lifecycle.store;

import io.agroal.api.AgroalDataSource;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transactions;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.time.World;
import io.quarkus.agroal.DataSource;
import io.quarkus.hibernate.orm.PersistenceUnit;
import io.quarkus.runtime.Startup;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/** container-service's transactions; whoever waits for a container is told of it once the change has committed. */
@Singleton
@Startup
public class ContainerTransactions extends Transactions {
    private final ContainerWatch watch;
    private final Vertx vertx;
    private final Map<Transaction, List<Runnable>> afterwards = new ConcurrentHashMap<>();

    @Inject
    ContainerTransactions(
            @PersistenceUnit("container") Mutiny.SessionFactory sessions,
            @DataSource("container") AgroalDataSource jdbc,
            KafkaLink kafka,
            ShortWay shortWay,
            World world,
            ContainerWatch watch,
            Vertx vertx) {
        super("container-service", sessions, jdbc, kafka, shortWay, world);
        this.watch = watch;
        this.vertx = vertx;
    }

    @Override
    public <T> Uni<T> because(UUID cause, Function<Transaction, Uni<T>> work) {
        return safely(() -> {
            List<Runnable> tellings = new ArrayList<>();
            Transaction[] current = new Transaction[1];
            return super.because(cause, transaction -> {
                        current[0] = transaction;
                        afterwards.put(transaction, tellings);
                        return work.apply(transaction);
                    })
                    .invoke(() -> tellings.forEach(Runnable::run))
                    .eventually(() -> {
                        if (current[0] != null) {
                            afterwards.remove(current[0]);
                        }
                    });
        });
    }

    @Override
    public <T> Uni<T> read(Function<Mutiny.Session, Uni<T>> work) {
        return safely(() -> super.read(work));
    }

    /** A session belongs to one piece of work: where the caller's Vert.x context may be shared, it gets one of its own. */
    private <T> Uni<T> safely(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Context current = Vertx.currentContext();
            if (current != null
                    && VertxContext.isDuplicatedContext(current)
                    && VertxContextSafetyToggle.isExplicitlyMarkedAsSafe(current)) {
                return work.get();
            }
            Context safe = OwnContext.on(vertx.getOrCreateContext());
            return Uni.createFrom()
                    .<T>emitter(emitter -> safe.runOnContext(
                            _ -> work.get().subscribe().with(emitter::complete, emitter::fail)));
        });
    }

    void tellAfterCommit(Transaction transaction, Container container) {
        afterCommit(transaction, () -> watch.tell(container));
    }

    void afterCommit(Transaction transaction, Runnable telling) {
        afterwards.get(transaction).add(telling);
    }

    @PreDestroy
    void stop() {
        close();
    }
}
