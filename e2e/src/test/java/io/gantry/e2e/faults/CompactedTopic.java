package io.gantry.e2e.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A compacted topic as Kafka holds it, from outside: what is in its log, and having it compacted soon. */
final class CompactedTopic implements AutoCloseable {
    /** Compaction as fast as the broker does it: segments close at once, nothing has to pile up, tombstones go with the next round. */
    private static final Map<String, String> SOON =
            Map.of("segment.ms", "100", "min.cleanable.dirty.ratio", "0.001", "delete.retention.ms", "1");

    /** Of a node that there isn't: it closes a segment and says nothing to anybody. */
    private static final String NOBODY = "node-00000000-0000-7000-8000-000000000000/container/" + "0".repeat(64);

    private final String topic;
    private final Map<String, Object> broker;
    private final Admin admin;

    CompactedTopic(String topic, int port) {
        this.topic = topic;
        broker = Map.of("bootstrap.servers", "127.0.0.1:" + port);
        admin = Admin.create(broker);
    }

    /** For as long as the installation lives. */
    void compactSoon() throws Exception {
        Collection<AlterConfigOp> all = SOON.entrySet().stream()
                .map(entry -> new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), all)).all().get();
    }

    /** Closes the segments that are written to, since those are never compacted. */
    void closeSegments() {
        try (var producer = new KafkaProducer<>(broker, new StringSerializer(), new StringSerializer())) {
            partitions(producer.partitionsFor(topic).size())
                    .forEach(partition -> producer.send(new ProducerRecord<>(topic, partition.partition(), NOBODY, null)));
        }
    }

    /** Keys of all records in the log, tombstones too, as often as they are there. */
    List<String> keys() {
        try (var consumer = new KafkaConsumer<>(broker, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = partitions(consumer.partitionsFor(topic).size());
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            List<String> keys = new ArrayList<>();
            while (all.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> keys.add(record.key()));
            }
            return keys;
        }
    }

    private List<TopicPartition> partitions(int count) {
        return IntStream.range(0, count).mapToObj(number -> new TopicPartition(topic, number)).toList();
    }

    @Override
    public void close() {
        admin.close();
    }
}
