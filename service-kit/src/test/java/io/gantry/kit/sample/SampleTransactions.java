package io.gantry.kit.sample;

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

@Singleton
@Startup
public class SampleTransactions extends Transactions {
    @Inject
    SampleTransactions(
            @PersistenceUnit("sample") Mutiny.SessionFactory sessions,
            @DataSource("sample") AgroalDataSource jdbc,
            KafkaLink kafka,
            ShortWay shortWay,
            World world) {
        super("sample-service", sessions, jdbc, kafka, shortWay, world);
    }

    @PreDestroy
    void stop() {
        close();
    }
}
