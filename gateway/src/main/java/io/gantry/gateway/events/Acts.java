package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.Ids;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Says by events what is done through the gateway and seen by nobody else: who attached, what was copied. Nothing waits for it and nothing fails by it;
 * while Kafka is away no more than {@value #MOST_WAITING} wait for it, the rest is lost, and how much is in the log (decision 0017).
 */
@Singleton
public class Acts {
    private static final Logger LOG = Logger.getLogger(Acts.class);
    private static final String SOURCE = "/gantry/gateway";
    private static final int MOST_WAITING = 10_000;

    private final KafkaLink kafka;
    private final World world;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();

    @Inject
    Acts(KafkaLink kafka, World world) {
        this.kafka = kafka;
        this.world = world;
    }

    /** Returns at once. Those of one subject are told in order. */
    public void tell(Event event) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            lost.incrementAndGet();
            return;
        }
        Fact fact = new Fact(Ids.uuid7(world.now(), world.random()), SOURCE, event.subject(), world.now(), null, event);
        kafka.send(new ProducerRecord<>(fact.topic(), fact.subject(), fact.toJson()), (_, failure) -> answered(failure));
    }

    private void answered(Exception failure) {
        if (failure != null) {
            lost.incrementAndGet();
        }
        if (waiting.decrementAndGet() == 0 && lost.get() > 0) {
            LOG.warnf("%d events of the gateway's own were lost while Kafka was away", lost.getAndSet(0));
        }
    }
}
