package io.gantry.scheduler.node.stream;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.kit.time.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/** Nodes' heartbeats as they come, from now on: an old one proves no life. One thread's, but for {@link #wakeUp}. */
final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Heartbeats.class);
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final Duration CHUNK = Duration.ofMillis(50);
    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, Topics.STATE_PARTITIONS)
            .mapToObj(number -> new TopicPartition(Topics.NODE_OBSERVED, number))
            .toList();

    private final KafkaConsumer<String, String> consumer;
    private final World world;

    /** @param complete all that Kafka had is read; if not, Kafka doesn't answer and silence proves nothing */
    record Rest(List<Observed.Node> heard, boolean complete) {}

    Heartbeats(KafkaConsumer<String, String> consumer, World world) {
        this.consumer = consumer;
        this.world = world;
    }

    void begin() {
        consumer.assign(PARTITIONS);
        consumer.seekToEnd(PARTITIONS);
    }

    /** As soon as there are any; none when {@code longest} is over. */
    List<Observed.Node> next(Duration longest) {
        List<Observed.Node> heard = new ArrayList<>();
        consumer.poll(longest).forEach(record -> read(record).ifPresent(heard::add));
        return heard;
    }

    /** Those that Kafka has already and {@link #next} hasn't given yet. */
    Rest rest() {
        List<Observed.Node> heard = new ArrayList<>();
        Instant deadline = world.now().plus(ANSWER);
        try {
            Map<TopicPartition, Long> ends = consumer.endOffsets(PARTITIONS, ANSWER);
            while (isBehind(ends)) {
                if (world.now().isAfter(deadline)) {
                    return new Rest(heard, false);
                }
                heard.addAll(next(CHUNK));
            }
            return new Rest(heard, true);
        } catch (TimeoutException e) {
            LOG.debugf("Kafka doesn't say what it has: %s", e.getMessage());
            return new Rest(heard, false);
        }
    }

    private boolean isBehind(Map<TopicPartition, Long> ends) {
        return PARTITIONS.stream().anyMatch(partition -> consumer.position(partition, ANSWER) < ends.get(partition));
    }

    private static Optional<Observed.Node> read(ConsumerRecord<String, String> heartbeat) {
        if (heartbeat.value() == null || !heartbeat.key().contains("/node/")) {
            return Optional.empty();
        }
        try {
            return Json.read(heartbeat.value(), ObservedRecord.class).body() instanceof Observed.Node node
                    ? Optional.of(node)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            LOG.errorf("what %s says is not understood: %s", heartbeat.key(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Ends a wait from another thread: {@link #next} fails with Kafka's {@code WakeupException}. */
    void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
