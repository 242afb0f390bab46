package io.gantry.container.link;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;

/**
 * Puts what agents say onto {@code gantry.node.observed}, in order; who is in this process is told before. One thread, since Kafka's
 * {@code send} may block.
 */
@Singleton
class ObservationProducer {
    private static final Logger LOG = Logger.getLogger(ObservationProducer.class);
    private final KafkaLink kafka;
    private final ShortWay shortWay;
    private final ExecutorService sender =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("observations").daemon().factory());

    @Inject
    ObservationProducer(KafkaLink kafka, ShortWay shortWay) {
        this.kafka = kafka;
        this.shortWay = shortWay;
    }

    /** Completes when Kafka has all of them on its in-sync replicas. */
    CompletionStage<Void> publish(List<ObservedRecord> records) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        sender.execute(() -> send(records, done));
        return done;
    }

    private void send(List<ObservedRecord> records, CompletableFuture<Void> done) {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        try {
            for (ObservedRecord record : records) {
                CompletableFuture<Void> one = new CompletableFuture<>();
                sent.add(one);
                ProducerRecord<String, String> message = message(record);
                shortWay.tell(new ShortWay.Message(message.topic(), message.key(), message.value(), null));
                kafka.producer().send(message, (_, failure) -> sent(record, failure, one));
            }
        } catch (KafkaException e) {
            done.completeExceptionally(e);
            return;
        }
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).whenComplete((_, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
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

    @PreDestroy
    void stop() {
        sender.shutdownNow();
    }
}
