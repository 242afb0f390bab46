package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.Ids;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.time.World;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Says by events what is done through the gateway and seen by nobody else: who attached, what was copied. Nothing waits for it and nothing fails by it;
 * while Kafka is away what doesn't fit into the queue is lost, and how much is in the log (decision 0017).
 */
@Singleton
public class Acts {
    private static final Logger LOG = Logger.getLogger(Acts.class);
    private static final String SOURCE = "/gantry/gateway";
    private static final int MOST_WAITING = 10_000;

    private final KafkaLink kafka;
    private final World world;
    private final BlockingQueue<Fact> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("acts").daemon().unstarted(this::run);

    @Inject
    Acts(KafkaLink kafka, World world) {
        this.kafka = kafka;
        this.world = world;
    }

    @PostConstruct
    void start() {
        thread.start();
    }

    @PreDestroy
    void stop() {
        thread.interrupt();
    }

    /** Returns at once. Those of one subject are told in order. */
    public void tell(Event event) {
        Fact fact = new Fact(Ids.uuid7(world.now(), world.random()), SOURCE, event.subject(), world.now(), null, event);
        if (!waiting.offer(fact)) {
            lost.incrementAndGet();
        }
    }

    private void run() {
        try {
            while (true) {
                send(waiting.take());
            }
        } catch (InterruptedException e) {
            // the gateway stops
        }
    }

    private void send(Fact fact) {
        try {
            kafka.producer().send(new ProducerRecord<>(fact.topic(), fact.subject(), fact.toJson()), (_, e) -> {
                if (e != null) {
                    lost.incrementAndGet();
                }
            });
        } catch (KafkaException e) {
            lost.incrementAndGet();
            LOG.warnf("%s can't be told: %s", fact.type(), e.getMessage());
        }
        if (waiting.isEmpty() && lost.get() > 0) {
            LOG.warnf("%d events of the gateway's own were lost while Kafka was away", lost.getAndSet(0));
        }
    }
}
