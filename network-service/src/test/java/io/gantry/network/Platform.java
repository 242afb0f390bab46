package io.gantry.network;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.stream.KafkaLink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Plays the other services and the nodes: tells facts, hears facts, keeps what each node shall hold. */
final class Platform implements AutoCloseable {
    private static final Random RANDOM = new Random();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private final KafkaLink kafka;
    private final KafkaConsumer<String, String> facts;
    private final KafkaConsumer<String, String> states;
    private final List<Event> heard = new ArrayList<>();
    final Map<StateKey, DesiredRecord> desired = new HashMap<>();
    int writes;

    Platform(KafkaLink kafka) {
        this.kafka = kafka;
        this.facts = kafka.reader();
        this.states = kafka.reader();
        facts.assign(partitions(Topics.ENDPOINT, Topics.FACT_PARTITIONS));
        states.assign(partitions(Topics.NODE_DESIRED, Topics.STATE_PARTITIONS));
        facts.seekToBeginning(facts.assignment());
        states.seekToBeginning(states.assignment());
    }

    void tell(Event event) throws Exception {
        tell(new Fact(Ids.uuid7(Instant.now(), RANDOM), "/gantry/test", event.subject(), Instant.now(), null, event));
    }

    void tell(Fact fact) throws Exception {
        kafka.producer().send(new ProducerRecord<>(fact.topic(), fact.subject(), fact.toJson())).get();
    }

    /** In that partition, whatever its key is. */
    Fact tell(Event event, int partition) throws Exception {
        Fact fact = new Fact(Ids.uuid7(Instant.now(), RANDOM), "/gantry/test", event.subject(), Instant.now(), null, event);
        kafka.producer().send(new ProducerRecord<>(fact.topic(), partition, fact.subject(), fact.toJson())).get();
        return fact;
    }

    /** Says once more all that was ever said there. */
    void replay(List<String> topics) throws Exception {
        List<TopicPartition> all = topics.stream().flatMap(topic -> partitions(topic).stream()).toList();
        try (KafkaConsumer<String, String> reader = kafka.reader()) {
            reader.assign(all);
            reader.seekToBeginning(all);
            Map<TopicPartition, Long> ends = reader.endOffsets(all);
            while (all.stream().anyMatch(partition -> reader.position(partition) < ends.get(partition))) {
                for (var record : reader.poll(Duration.ofMillis(200))) {
                    if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                        kafka.producer().send(new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value())).get();
                    }
                }
            }
        }
    }

    /** How far each partition reaches. */
    Map<TopicPartition, Long> ends(String... topics) {
        return facts.endOffsets(Stream.of(topics).flatMap(topic -> partitions(topic).stream()).toList());
    }

    private List<TopicPartition> partitions(String topic) {
        return partitions(topic, Topics.STATES.contains(topic) ? Topics.STATE_PARTITIONS : Topics.FACT_PARTITIONS);
    }

    /** The first fact of that kind that fits, heard by now or soon. */
    <E extends Event> E hear(Class<E> type, Predicate<E> fits) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            var found = heard.stream().filter(type::isInstance).map(type::cast).filter(fits).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            check(deadline, "no " + type.getSimpleName() + " was heard; but " + heard);
            facts.poll(Duration.ofMillis(100)).forEach(record -> heard.add(Fact.fromJson(record.value()).event()));
        }
    }

    /** Reads desired records until they are so. */
    void await(String what, BooleanSupplier holds) {
        await(what, PATIENCE, holds);
    }

    /** The same of what takes as long as there is much of it. */
    void await(String what, Duration patience, BooleanSupplier holds) {
        Instant deadline = Instant.now().plus(patience);
        while (!holds.getAsBoolean()) {
            check(deadline, "never became so: " + what + "; desired is " + desired.values());
            states.poll(Duration.ofMillis(100)).forEach(record -> {
                StateKey key = StateKey.parse(record.key());
                writes++;
                if (record.value() == null) {
                    desired.remove(key);
                } else {
                    desired.put(key, Json.read(record.value(), DesiredRecord.class));
                }
            });
        }
    }

    Desired at(Object node, String kind, Object id) {
        DesiredRecord record = desired.get(StateKey.parse(node + "/" + kind + "/" + id));
        return record == null ? null : record.body();
    }

    private static void check(Instant deadline, String message) {
        if (Instant.now().isAfter(deadline)) {
            throw new AssertionError(message);
        }
    }

    private static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(i -> new TopicPartition(topic, i)).toList();
    }

    @Override
    public void close() {
        facts.close();
        states.close();
    }
}
