package io.gantry.gateway.events;

import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.time.World;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells one follower what was, in the order of time and at its own pace, with a reader of its own in a virtual thread; then the follower
 * joins the tail. Ends early when the client has gone.
 */
@Singleton
final class History {
    /** Kafka's time of a fact may be so much before its own: whoever tells it may have another clock than who decided it. */
    static final Duration SKEW = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final List<TopicPartition> ALL = Entry.partitions();

    private final KafkaLink kafka;
    private final EventTail tail;
    private final Vertx vertx;
    private final World world;

    @Inject
    History(KafkaLink kafka, EventTail tail, Vertx vertx, World world) {
        this.kafka = kafka;
        this.tail = tail;
        this.vertx = vertx;
        this.world = world;
    }

    /** Where a reader stands who has seen everything before {@code moment}. */
    Position at(Instant moment) {
        try (KafkaConsumer<String, String> reader = kafka.reader()) {
            reader.assign(ALL);
            var found = reader.offsetsForTimes(ALL.stream().collect(Collectors.toMap(p -> p, p -> Math.max(0, moment.toEpochMilli()))));
            var ends = reader.endOffsets(ALL);
            return Position.of(
                    ALL.stream().mapToLong(p -> found.get(p) == null ? ends.get(p) : found.get(p).offset()).toArray());
        }
    }

    /**
     * Gives {@code follower} all entries since {@code from}, until the tail takes over, or those alone that there are by now if the span is over. What Kafka
     * has deleted (facts are kept 30 days) is skipped.
     */
    void tell(Position from, Set<String> topics, Span span, Follower follower) throws InterruptedException {
        boolean over = span.over(world.now());
        try (KafkaConsumer<String, String> reader = kafka.reader()) {
            long[] next = past(reader, from, topics, follower);
            while (!over && !follower.gone() && !tail.listenIfCaughtUp(follower, next)) {
                for (ConsumerRecord<String, String> record : reader.poll(POLL)) {
                    Entry entry = Entry.of(record);
                    next[entry.partition()] = entry.offset() + 1;
                    follower.put(entry);
                }
                for (int partition : read(topics)) {
                    next[partition] = Math.max(next[partition], reader.position(ALL.get(partition)));
                }
            }
        }
        if (follower.gone()) {
            tail.leave(follower);
        } else if (over) {
            follower.end();
        } else {
            endInTime(span, follower);
        }
    }

    /** To be called once {@code follower} listens to the tail. */
    void endInTime(Span span, Follower follower) {
        if (span.until() != null) {
            vertx.setTimer(span.millisLeft(world.now()), _ -> {
                tail.leave(follower);
                follower.end();
            });
        }
    }

    /** @return where the next entries are; of a topic that isn't read, beyond all */
    private static long[] past(KafkaConsumer<String, String> reader, Position from, Set<String> topics, Follower follower) throws InterruptedException {
        List<Integer> read = read(topics);
        List<TopicPartition> partitions = read.stream().map(ALL::get).toList();
        reader.assign(partitions);
        Map<TopicPartition, Long> lasts = reader.endOffsets(partitions);
        long[] next = clamp(from.offsets(), reader.beginningOffsets(partitions), lasts);
        partitions.forEach(partition -> reader.seek(partition, next[ALL.indexOf(partition)]));
        follower.begin(next);
        TimeOrder order = new TimeOrder(next, ALL.stream().mapToLong(partition -> lasts.getOrDefault(partition, 0L)).toArray());
        while (!follower.gone() && !order.done()) {
            for (ConsumerRecord<String, String> record : reader.poll(POLL)) {
                order.add(Entry.of(record));
            }
            read.forEach(partition -> order.reached(partition, reader.position(ALL.get(partition))));
            for (Optional<Entry> entry = order.next(); entry.isPresent(); entry = order.next()) {
                follower.put(entry.get());
            }
            reader.resume(reader.paused());
            reader.pause(order.full().stream().map(ALL::get).toList());
        }
        reader.resume(reader.paused());
        read.forEach(partition -> next[partition] = reader.position(ALL.get(partition)));
        return next;
    }

    private static List<Integer> read(Set<String> topics) {
        return IntStream.range(0, ALL.size()).filter(partition -> topics.contains(ALL.get(partition).topic())).boxed().toList();
    }

    /** An offset beyond the end belongs to a Kafka that is no more: everything in this one is new. */
    private static long[] clamp(long[] from, Map<TopicPartition, Long> firsts, Map<TopicPartition, Long> lasts) {
        long[] next = new long[from.length];
        Arrays.fill(next, Long.MAX_VALUE);
        firsts.forEach((partition, first) -> {
            long asked = from[ALL.indexOf(partition)];
            next[ALL.indexOf(partition)] = asked < first || asked > lasts.get(partition) ? first : asked;
        });
        return next;
    }
}
