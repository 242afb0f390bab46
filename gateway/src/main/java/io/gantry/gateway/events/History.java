package io.gantry.gateway.events;

import io.gantry.kit.stream.KafkaLink;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Brings one watcher from where it was to the tail, at its own pace, with a reader of its own in a virtual thread; then the
 * watcher joins the tail. Ends early when the client has gone.
 */
final class History {
    private static final Duration POLL = Duration.ofMillis(500);
    private final KafkaLink kafka;
    private final EventTail tail;

    History(KafkaLink kafka, EventTail tail) {
        this.kafka = kafka;
        this.tail = tail;
    }

    /** Where a reader stands who has seen everything before {@code moment}. */
    Position at(Instant moment) {
        try (KafkaConsumer<String, String> reader = kafka.reader()) {
            List<TopicPartition> partitions = Entry.partitions();
            var found = reader.offsetsForTimes(partitions.stream().collect(Collectors.toMap(p -> p, p -> moment.toEpochMilli())));
            var ends = reader.endOffsets(partitions);
            return Position.of(
                    partitions.stream().mapToLong(p -> found.get(p) == null ? ends.get(p) : found.get(p).offset()).toArray());
        }
    }

    /**
     * Puts all matching entries since {@code from} into {@code queue}, waiting while it is full, until the tail takes over. What
     * Kafka has deleted meanwhile (facts are kept 30 days) is skipped.
     */
    void replay(Position from, Watcher watcher, BlockingQueue<Watcher.Item> queue) throws InterruptedException {
        long[] next = from.offsets();
        try (KafkaConsumer<String, String> reader = kafka.reader()) {
            List<TopicPartition> partitions = Entry.partitions();
            reader.assign(partitions);
            clamp(next, reader.beginningOffsets(partitions), reader.endOffsets(partitions));
            for (int i = 0; i < next.length; i++) {
                reader.seek(partitions.get(i), next[i]);
            }
            watcher.begin(next);
            while (!watcher.gone() && !tail.listenIfCaughtUp(watcher, next)) {
                ConsumerRecords<String, String> records = reader.poll(POLL);
                for (var record : records) {
                    Entry entry = Entry.of(record);
                    next[entry.partition()] = entry.offset() + 1;
                    var item = watcher.take(entry);
                    if (item.isPresent()) {
                        queue.put(item.get());
                        watcher.wake();
                    }
                }
                for (int i = 0; i < next.length; i++) {
                    next[i] = Math.max(next[i], reader.position(partitions.get(i)));
                }
            }
        }
        if (watcher.gone()) {
            tail.leave(watcher);
        }
    }

    /** An offset beyond the end belongs to a Kafka that is no more: everything in this one is new. */
    private static void clamp(long[] next, Map<TopicPartition, Long> firsts, Map<TopicPartition, Long> ends) {
        List<TopicPartition> partitions = Entry.partitions();
        for (int i = 0; i < next.length; i++) {
            long first = firsts.get(partitions.get(i));
            next[i] = next[i] < first || next[i] > ends.get(partitions.get(i)) ? first : next[i];
        }
    }
}
