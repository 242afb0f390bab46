package io.gantry.scheduler;

import io.agroal.api.AgroalDataSource;
import io.gantry.kit.outbox.Transactions;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.time.World;
import io.quarkus.agroal.DataSource;
import io.quarkus.hibernate.orm.PersistenceUnit;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.hibernate.reactive.mutiny.Mutiny;

/** The one way to change what scheduler-service knows. */
@Singleton
@Startup
public class SchedulerTransactions extends Transactions {
    @Inject
    SchedulerTransactions(
            @PersistenceUnit("scheduler") Mutiny.SessionFactory sessions,
            @DataSource("scheduler") AgroalDataSource jdbc,
            KafkaLink kafka,
            ShortWay shortWay,
            World world) {
        super("scheduler-service", sessions, jdbc, kafka, shortWay, world);
    }

    @PreDestroy
    void stop() {
        close();
    }
}
