package io.gantry.scheduler;

import io.agroal.api.AgroalDataSource;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.outbox.Transactions;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.Lane;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.time.World;
import io.quarkus.agroal.DataSource;
import io.quarkus.hibernate.orm.PersistenceUnit;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;

/** The one way to change what scheduler-service knows. */
@Singleton
@Startup
public class SchedulerTransactions extends Transactions {
    private final Lane placements = new Lane();

    @Inject
    SchedulerTransactions(
            @PersistenceUnit("scheduler") Mutiny.SessionFactory sessions,
            @DataSource("scheduler") AgroalDataSource jdbc,
            KafkaLink kafka,
            ShortWay shortWay,
            World world) {
        super("scheduler-service", sessions, jdbc, kafka, shortWay, world);
    }

    /** Two that look for room beside each other choose the same, and one would have to choose again. */
    @Override
    protected <T> Uni<T> inTurn(Mode mode, Supplier<Uni<T>> attempt) {
        return mode == Mode.LOCKING ? super.inTurn(mode, attempt) : Uni.createFrom().deferred(() -> placements.turn(Vertx.currentContext(), attempt));
    }

    @PreDestroy
    void stop() {
        close();
    }
}
