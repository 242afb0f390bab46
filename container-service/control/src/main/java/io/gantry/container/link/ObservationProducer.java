package io.gantry.container.link;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;

/** Puts what agents say onto {@code gantry.node.observed}, in order; who is in this process is told of it at once. */
@Singleton
class ObservationProducer {
    private static final Logger LOG = Logger.getLogger(ObservationProducer.class);
    private final KafkaLink kafka;
    private final ShortWay shortWay;

    @Inject
    ObservationProducer(KafkaLink kafka, ShortWay shortWay) {
        this.kafka = kafka;
        this.shortWay = shortWay;
    }

    /** Completes when Kafka has all of them on its in-sync replicas. From one thread for each node. */
    CompletionStage<Void> publish(List<ObservedRecord> records) {
        return CompletableFuture.allOf(records.stream().map(this::publish).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> publish(ObservedRecord record) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        ProducerRecord<String, String> message = message(record);
        kafka.send(message, (_, failure) -> sent(record, failure, done));
        shortWay.tell(new ShortWay.Message(message.topic(), message.key(), message.value(), null));
        return done;
    }

    /** What Kafka takes never, however often its node says it, is lost: the node would have nothing else to say any more. */
    private static void sent(ObservedRecord record, Exception failure, CompletableFuture<Void> done) {
        if (failure instanceof RecordTooLargeException) {
            LOG.errorf("what was seen of %s is too large to be told, and is lost: %s", record.key(), failure.getMessage());
        }
        if (failure == null || failure instanceof RecordTooLargeException) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
    }

    private static ProducerRecord<String, String> message(ObservedRecord record) {
        return new ProducerRecord<>(
                Topics.NODE_OBSERVED,
                Topics.statePartition(record.key().node().value()),
                record.key().toString(),
                Json.write(record));
    }
}
