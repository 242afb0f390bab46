package io.gantry.bench.hop;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A reader of the topics that a start crosses, from now on; it notes when it had each record. */
public final class HopWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Heard(ConsumerRecord<String, String> record, Instant at) {}

    /** A word that was said, and when. */
    private record Said<T>(T word, Instant at) {}

    private final KafkaConsumer<String, String> consumer;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final List<Heard> kept = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().name("hop-watch").daemon().unstarted(this::listen);

    public HopWatch(String kafka) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka, "enable.auto.commit", "false", "allow.auto.create.topics", "false"),
                new StringDeserializer(),
                new StringDeserializer());
        List<TopicPartition> partitions = Stream.of(
                        partitions(Topics.CONTAINER, Topics.FACT_PARTITIONS),
                        partitions(Topics.NODE_DESIRED, Topics.STATE_PARTITIONS),
                        partitions(Topics.NODE_OBSERVED, Topics.STATE_PARTITIONS))
                .flatMap(Function.identity())
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread.start();
    }

    private static Stream<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(i -> new TopicPartition(topic, i));
    }

    private void listen() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMinutes(1))) {
                    heard.add(new Heard(record, Instant.now()));
                }
            }
        } catch (WakeupException e) {
            // closed
        }
    }

    /** Forgets what was heard so far. */
    public void begin() {
        heard.clear();
        kept.clear();
    }

    /** The start of that container, whose plan took {@code planned}; called when the call has been answered. */
    public StartTrace trace(String container, Instant asked, Instant answered, Duration planned)
            throws IOException, InterruptedException {
        Said<Fact> started = await(record -> fact(record, container, ContainerEvent.Started.class));
        Said<Fact> requested = await(record -> fact(record, container, ContainerEvent.Requested.class));
        Said<Fact> placed = await(record -> fact(record, container, ContainerEvent.Placed.class));
        Said<Desired> endpoint = await(record -> endpoint(record, container));
        Said<Desired> desired = await(record -> desired(record, container));
        Said<Observed.Container> running = await(record -> running(record, container));
        return new StartTrace(
                asked,
                requested.word().time(),
                requested.at(),
                placed.word().time(),
                placed.at(),
                endpoint.at(),
                desired.at(),
                planned,
                running.word().startedAt(),
                running.at(),
                started.word().time(),
                answered);
    }

    private static Optional<Fact> fact(ConsumerRecord<String, String> record, String container, Class<? extends Event> type) {
        return record.topic().equals(Topics.CONTAINER) && container.equals(record.key())
                ? Optional.of(Fact.fromJson(record.value())).filter(fact -> type.isInstance(fact.event()))
                : Optional.empty();
    }

    private static Optional<Desired> desired(ConsumerRecord<String, String> record, String container) {
        return body(record).filter(body -> body instanceof Desired.Container one && one.id().value().equals(container));
    }

    private static Optional<Desired> endpoint(ConsumerRecord<String, String> record, String container) {
        return body(record)
                .filter(body -> body instanceof Desired.Endpoint one
                        && one.container() != null
                        && one.container().value().equals(container));
    }

    private static Optional<Desired> body(ConsumerRecord<String, String> record) {
        return record.topic().equals(Topics.NODE_DESIRED) && record.value() != null
                ? Optional.of(Json.read(record.value(), DesiredRecord.class).body())
                : Optional.empty();
    }

    private static Optional<Observed.Container> running(ConsumerRecord<String, String> record, String container) {
        return record.topic().equals(Topics.NODE_OBSERVED)
                        && record.value() != null
                        && Json.read(record.value(), ObservedRecord.class).body() instanceof Observed.Container one
                        && one.id().value().equals(container)
                        && one.phase() == Observed.Phase.RUNNING
                ? Optional.of(one)
                : Optional.empty();
    }

    /** The first record that {@code read} makes something of. */
    private <T> Said<T> await(Function<ConsumerRecord<String, String>, Optional<T>> read) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; ; i++) {
            if (i == kept.size()) {
                Heard next = heard.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    throw new IOException("a word of the start was not heard within " + PATIENCE.toSeconds() + " s");
                }
                kept.add(next);
            }
            Heard one = kept.get(i);
            Optional<T> word = read.apply(one.record());
            if (word.isPresent()) {
                return new Said<>(word.get(), one.at());
            }
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
