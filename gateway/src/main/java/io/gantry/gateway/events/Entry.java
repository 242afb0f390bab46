package io.gantry.gateway.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One fact as it stands in Kafka.
 *
 * @param partition index among all fact partitions, as in {@link Position}
 * @param type the CloudEvents type
 * @param time when it became true; where it doesn't say, when it was told
 * @param json the whole CloudEvent
 */
record Entry(int partition, long offset, String type, String subject, Instant time, String json) {
    private static final List<TopicPartition> PARTITIONS =
            Topics.FACTS.stream()
                    .flatMap(topic -> IntStream.range(0, Topics.FACT_PARTITIONS).mapToObj(n -> new TopicPartition(topic, n)))
                    .toList();

    static List<TopicPartition> partitions() {
        return PARTITIONS;
    }

    static Entry of(ConsumerRecord<String, String> record) {
        String type = "";
        Instant time = Instant.ofEpochMilli(record.timestamp());
        try {
            JsonNode json = Json.read(record.value(), JsonNode.class);
            type = json.path("type").asText();
            time = Instant.parse(json.path("time").asText());
        } catch (IllegalArgumentException | DateTimeParseException notOurs) {
            // told as it is
        }
        return new Entry(partition(record), record.offset(), type, record.key(), time, record.value());
    }

    /** Index of its partition among all. */
    static int partition(ConsumerRecord<String, String> record) {
        return Topics.FACTS.indexOf(record.topic()) * Topics.FACT_PARTITIONS + record.partition();
    }
}
