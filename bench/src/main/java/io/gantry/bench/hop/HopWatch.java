package io.gantry.bench.hop;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.Event;
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

/** A reader of the topics that a start crosses, from now on; what was decided when stands in each record. */
public final class HopWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaConsumer<String, String> consumer;
    private final BlockingQueue<ConsumerRecord<String, String>> heard = new LinkedBlockingQueue<>();
    private final List<ConsumerRecord<String, String>> kept = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().name("hop-watch").daemon().unstarted(this::listen);

    public HopWatch(String kafka) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka, "enable.auto.commit", "false", "allow.auto.create.topics", "false"),
                new StringDeserializer(),
                new StringDeserializer());
        List<TopicPartition> partitions = Stream.of(
                        partitions(Topics.CONTAINER, Topics.FACT_PARTITIONS),
                        partitions(Topics.ENDPOINT, Topics.FACT_PARTITIONS),
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
                    heard.add(record);
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
        Observed.Container running = await(record -> running(record, container));
        return new StartTrace(
                asked,
                decided(container, ContainerEvent.Requested.class),
                decided(container, ContainerEvent.Placed.class),
                await(record -> leased(record, container)),
                planned,
                running.startedAt(),
                decided(container, ContainerEvent.Started.class),
                answered);
    }

    private Instant decided(String container, Class<? extends Event> type) throws IOException, InterruptedException {
        return await(record -> record.topic().equals(Topics.CONTAINER) && container.equals(record.key())
                ? Optional.of(Fact.fromJson(record.value())).filter(fact -> type.isInstance(fact.event())).map(Fact::time)
                : Optional.empty());
    }

    private static Optional<Instant> leased(ConsumerRecord<String, String> record, String container) {
        return record.topic().equals(Topics.ENDPOINT)
                ? Optional.of(Fact.fromJson(record.value()))
                        .filter(fact -> fact.event() instanceof EndpointEvent.Leased one && one.container().value().equals(container))
                        .map(Fact::time)
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
    private <T> T await(Function<ConsumerRecord<String, String>, Optional<T>> read) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; ; i++) {
            if (i == kept.size()) {
                ConsumerRecord<String, String> next = heard.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    throw new IOException("a word of the start was not heard within " + PATIENCE.toSeconds() + " s");
                }
                kept.add(next);
            }
            Optional<T> word = read.apply(kept.get(i));
            if (word.isPresent()) {
                return word.get();
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
