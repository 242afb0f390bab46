package io.gantry.kit.stream;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.commit.KafkaCommitHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * The commit strategy {@code in-order}, for channels that handle one record after the other: what was handled last is what may be
 * committed. It is written down every few seconds and when a partition goes to somebody else; what a crash takes with it is read
 * again and recognised by the inbox.
 *
 * <p>Handling is told on an event loop, partitions come and go on the polling thread: both under this object's lock, which nobody holds
 * while Kafka is asked.
 *
 * <p>The connector's own strategy asks Kafka where it stands before the first record of each partition, and that question waits behind a
 * poll that has just begun: a whole second for whoever waits for that record.
 */
final class InOrderCommit implements KafkaCommitHandler {
    private static final Logger LOG = Logger.getLogger(InOrderCommit.class);
    private static final long INTERVAL_MILLIS = 2000;

    private final KafkaConsumer<?, ?> consumer;
    private final Vertx vertx;
    private final long timer;
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final Map<TopicPartition, OffsetAndMetadata> handled = new HashMap<>();

    @ApplicationScoped
    @Identifier("in-order")
    static class Factory implements KafkaCommitHandler.Factory {
        @Override
        public KafkaCommitHandler create(
                KafkaConnectorIncomingConfiguration config,
                Vertx vertx,
                KafkaConsumer<?, ?> consumer,
                BiConsumer<Throwable, Boolean> reportFailure) {
            if (config.getBatch()) {
                throw new IllegalArgumentException(
                        "channel " + config.getChannel() + " handles several records at a time: 'in-order' can't say what was handled");
            }
            return new InOrderCommit(vertx, consumer);
        }
    }

    InOrderCommit(Vertx vertx, KafkaConsumer<?, ?> consumer) {
        this.vertx = vertx;
        this.consumer = consumer;
        this.timer = vertx.setPeriodic(INTERVAL_MILLIS, _ -> commitLater());
    }

    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record) {
        handled(new TopicPartition(record.getTopic(), record.getPartition()), record.getOffset());
        return Uni.createFrom().voidItem();
    }

    synchronized void handled(TopicPartition partition, long offset) {
        // what was under way when the partition went is its new reader's to commit
        if (assigned.contains(partition)) {
            handled.put(partition, new OffsetAndMetadata(offset + 1));
        }
    }

    @Override
    public synchronized void partitionsAssigned(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
    }

    /** On the polling thread, which may wait for Kafka. */
    @Override
    public void partitionsRevoked(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = leave(partitions);
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.unwrap().commitSync(offsets);
        } catch (KafkaException e) {
            LOG.debugf("offsets go uncommitted, their records will come again: %s", e.getMessage());
        }
    }

    @Override
    public void terminate(boolean graceful) {
        vertx.cancelTimer(timer);
    }

    void commitLater() {
        Map<TopicPartition, OffsetAndMetadata> offsets = takeAll();
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets).subscribe().with(_ -> {}, failure -> {
                LOG.debugf("offsets are committed later: %s", failure.getMessage());
                putBack(offsets);
            });
        }
    }

    private synchronized Map<TopicPartition, OffsetAndMetadata> leave(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(handled);
        offsets.keySet().retainAll(partitions);
        handled.keySet().removeAll(partitions);
        assigned.removeAll(partitions);
        return offsets;
    }

    private synchronized Map<TopicPartition, OffsetAndMetadata> takeAll() {
        Map<TopicPartition, OffsetAndMetadata> offsets = Map.copyOf(handled);
        handled.clear();
        return offsets;
    }

    /** Unless something later has been handled meanwhile, or the partition went. */
    private synchronized void putBack(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            if (assigned.contains(partition)) {
                handled.putIfAbsent(partition, offset);
            }
        });
    }
}
