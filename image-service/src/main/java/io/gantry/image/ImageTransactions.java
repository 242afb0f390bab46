package io.gantry.image;

import io.agroal.api.AgroalDataSource;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.event.ImageEvent;
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

    /** What is run next is of the image that a name means now, and what a rule lets in now. */
    @Override
    protected boolean heardFirst(Event event) {
        return event instanceof ImageEvent.Tagged || event instanceof ImageEvent.Untagged || event instanceof ImageEvent.Deleted || event instanceof AdmissionEvent.RulesChanged;
    }

    @PreDestroy
    void stop() {
        close();
    }
}
