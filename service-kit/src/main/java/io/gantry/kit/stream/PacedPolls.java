package io.gantry.kit.stream;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes records of a hurry come together: each question to Kafka costs both sides as much for one record as for a hundred. What comes after a
 * pause isn't held up. For consumers that hear first by {@link ShortWay}; on the polling thread, which has nothing else to do.
 */
public final class PacedPolls<K, V> implements ConsumerInterceptor<K, V> {
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private long last = System.nanoTime() - PACE_NANOS;

    @Override
    public ConsumerRecords<K, V> onConsume(ConsumerRecords<K, V> records) {
        for (long left = left(); left > 0 && !Thread.currentThread().isInterrupted(); left = left()) {
            LockSupport.parkNanos(left);
        }
        last = System.nanoTime();
        return records;
    }

    private long left() {
        return last + PACE_NANOS - System.nanoTime();
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> settings) {}
}
