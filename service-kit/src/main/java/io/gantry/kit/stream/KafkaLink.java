package io.gantry.kit.stream;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The process's plain Kafka clients, for where reactive messaging doesn't fit: the outbox, and compacted state read whole. */
@Singleton
public class KafkaLink {
    private final String servers;
    private final Duration pace;
    private KafkaProducer<String, String> producer;
    private OrderedSends sends;

    @Inject
    public KafkaLink(@ConfigProperty(name = "kafka.bootstrap.servers") String servers, @ConfigProperty(name = "gantry.kafka.pace", defaultValue = "PT0S") Duration pace) {
        this.servers = servers;
        this.pace = pace;
    }

    /**
     * Returns at once. All records of this process go in the order in which they were given here, whoever gave them; where nobody waits for Kafka to bring them, those
     * of some milliseconds together ({@code gantry.kafka.pace}).
     *
     * @param answered with a failure, or once the record is on all in-sync replicas; must not block
     */
    public void send(ProducerRecord<String, String> record, Callback answered) {
        sends().send(record, answered);
    }

    private synchronized OrderedSends sends() {
        if (sends == null) {
            sends = new OrderedSends(producer(), pace);
        }
        return sends;
    }

    /** Shared; every record it acknowledges is on all in-sync replicas. Its {@code send} may block: never from an event loop. */
    public synchronized KafkaProducer<String, String> producer() {
        if (producer == null) {
            Map<String, Object> settings = new HashMap<>();
            settings.put("bootstrap.servers", servers);
            settings.put("enable.metrics.push", "false");
            settings.put("acks", "all");
            settings.put("enable.idempotence", "true");
            settings.put("linger.ms", "0");
            settings.put("max.block.ms", "10000");
            settings.put("request.timeout.ms", "10000");
            settings.put("delivery.timeout.ms", "30000");
            producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        }
        return producer;
    }

    /** A consumer without a group, for {@code assign}; the caller's to poll from one thread and to close. */
    public KafkaConsumer<String, String> reader() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", servers);
        settings.put("enable.metrics.push", "false");
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("allow.auto.create.topics", "false");
        settings.put("isolation.level", "read_committed");
        if (!pace.isZero()) {
            settings.put("interceptor.classes", PacedPolls.class.getName());
        }
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    @PreDestroy
    synchronized void close() {
        if (sends != null) {
            sends.close();
        }
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
        }
    }
}
