package io.gantry.network;

import io.agroal.api.AgroalDataSource;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transactions;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.time.World;
import io.quarkus.agroal.DataSource;
import io.quarkus.hibernate.orm.PersistenceUnit;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The one way to change what network-service knows. Changes come one after the other, over all replicas of the service: addresses,
 * ports and the versions of desired records are given out in one order.
 */
@Singleton
@Startup
public class NetworkTransactions extends Transactions {
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
        return transaction.session()
                .createNativeQuery("select id from turn where id = 1 for update", Integer.class)
                .getSingleResult()
                .replaceWithVoid();
    }

    @PreDestroy
    void stop() {
        close();
    }
}
