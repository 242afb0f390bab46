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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * <p>The connector's own strategy asks Kafka where it stands before the first record of each partition, and that question waits behind a
 * poll that has just begun: a whole second for whoever waits for that record.
 */
final class InOrderCommit implements KafkaCommitHandler {
    private static final Logger LOG = Logger.getLogger(InOrderCommit.class);
    private static final long INTERVAL_MILLIS = 2000;

    private final KafkaConsumer<?, ?> consumer;
    private final Vertx vertx;
    private final long timer;
    private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();
    private final Map<TopicPartition, OffsetAndMetadata> handled = new ConcurrentHashMap<>();

    @ApplicationScoped
    @Identifier("in-order")
    static class Factory implements KafkaCommitHandler.Factory {
        @Override
        public KafkaCommitHandler create(
                KafkaConnectorIncomingConfiguration config,
                Vertx vertx,
                KafkaConsumer<?, ?> consumer,
                BiConsumer<Throwable, Boolean> reportFailure) {
            return new InOrderCommit(vertx, consumer);
        }
    }

    private InOrderCommit(Vertx vertx, KafkaConsumer<?, ?> consumer) {
        this.vertx = vertx;
        this.consumer = consumer;
        this.timer = vertx.setPeriodic(INTERVAL_MILLIS, _ -> commitLater());
    }

    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record) {
        TopicPartition partition = new TopicPartition(record.getTopic(), record.getPartition());
        // what was under way when the partition went is its new reader's to commit
        if (assigned.contains(partition)) {
            handled.put(partition, new OffsetAndMetadata(record.getOffset() + 1));
        }
        return Uni.createFrom().voidItem();
    }

    @Override
    public void partitionsAssigned(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
    }

    /** On the polling thread, which may wait for Kafka. */
    @Override
    public void partitionsRevoked(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        commitNow(take(partitions));
    }

    @Override
    public void terminate(boolean graceful) {
        vertx.cancelTimer(timer);
    }

    private void commitLater() {
        Map<TopicPartition, OffsetAndMetadata> offsets = take(handled.keySet());
        if (offsets.isEmpty()) {
            return;
        }
        consumer.commitAsync(offsets).subscribe().with(_ -> {}, failure -> {
            LOG.debugf("offsets are committed later: %s", failure.getMessage());
            offsets.forEach((partition, offset) -> {
                if (assigned.contains(partition)) {
                    handled.putIfAbsent(partition, offset);
                }
            });
        });
    }

    private void commitNow(Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.unwrap().commitSync(offsets);
        } catch (KafkaException e) {
            LOG.debugf("offsets go uncommitted, their records will come again: %s", e.getMessage());
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> take(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : Set.copyOf(partitions)) {
            OffsetAndMetadata offset = handled.remove(partition);
            if (offset != null) {
                offsets.put(partition, offset);
            }
        }
        return offsets;
    }
}
