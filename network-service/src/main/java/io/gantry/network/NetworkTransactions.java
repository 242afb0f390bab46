package io.gantry.network;

import io.agroal.api.AgroalDataSource;
import io.gantry.kit.outbox.Transaction;
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

/**
 * The one way to change what network-service knows. Changes come one after the other, over all replicas of the service: addresses,
 * ports and the versions of desired records are given out in one order ({@link Turn}). Those of this process wait for each other here, where it costs nothing.
 */
@Singleton
@Startup
public class NetworkTransactions extends Transactions {
    private final Lane lane = new Lane();

    @Inject
    NetworkTransactions(
            @PersistenceUnit("network") Mutiny.SessionFactory sessions,
            @DataSource("network") AgroalDataSource jdbc,
            KafkaLink kafka,
            ShortWay shortWay,
            World world) {
        super("network-service", sessions, jdbc, kafka, shortWay, world);
    }

    @Override
    protected Uni<Void> begun(Transaction transaction) {
        return Turn.take(transaction);
    }

    @Override
    protected <T> Uni<T> inTurn(Transaction.Mode mode, Supplier<Uni<T>> attempt) {
        return Uni.createFrom().deferred(() -> lane.turn(Vertx.currentContext(), attempt));
    }

    @PreDestroy
    void stop() {
        close();
    }
}
