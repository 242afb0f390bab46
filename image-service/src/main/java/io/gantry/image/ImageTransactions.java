package io.gantry.image;

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

/** The one way to change what image-service knows. */
@Singleton
@Startup
public class ImageTransactions extends Transactions {
    @Inject
    ImageTransactions(
            @PersistenceUnit("image") Mutiny.SessionFactory sessions,
            @DataSource("image") AgroalDataSource jdbc,
            KafkaLink kafka,
            ShortWay shortWay,
            World world) {
        super("image-service", sessions, jdbc, kafka, shortWay, world);
    }

    @PreDestroy
    void stop() {
        close();
    }
}
