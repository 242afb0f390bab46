package io.gantry.e2e.faults;

import io.gantry.e2e.observe.Expect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Every consumer of the installation set back to the first record that Kafka has, from outside. */
final class Replay implements AutoCloseable {
    private static final String FACTS = ".events";
    /** A node's health is what is heard of it now: services that are away for seconds make it suspect, whatever is read twice. */
    private static final String HEALTH = "gantry.node.events";
    private final Admin admin;

    Replay(int port) {
        admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port));
    }

    /** Waits until Kafka has seen the last of its consumers go; then all that they had read is unread. */
    void fromTheStart(Duration patience) {
        for (String group : groups()) {
            Map<TopicPartition, OffsetAndMetadata> start = offsets(committed(group).keySet(), OffsetSpec.earliest()).entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, first -> new OffsetAndMetadata(first.getValue())));
            Expect.eventually(patience, () -> {
                try {
                    admin.alterConsumerGroupOffsets(group, start).all().get();
                } catch (ExecutionException consumersAreLeft) {
                    Expect.that(false, group + " still reads: " + consumersAreLeft.getMessage());
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return group;
            });
        }
    }

    /** Until every group has read all there is now. */
    void awaitRead(Duration patience) {
        for (String group : groups()) {
            Map<TopicPartition, Long> ends = offsets(committed(group).keySet(), OffsetSpec.latest());
            Expect.eventually(patience, () -> {
                Map<TopicPartition, OffsetAndMetadata> read = committed(group);
                ends.forEach((partition, end) -> Expect.that(
                        read.get(partition).offset() >= end,
                        group + " has read " + read.get(partition).offset() + " of " + end + " of " + partition));
                return group;
            });
        }
    }

    /** How many facts there ever were, by topic; those about nodes' health apart. */
    Map<String, Long> facts() {
        List<TopicPartition> all = new ArrayList<>();
        Collection<String> topics = get(admin.listTopics().names()).stream()
                .filter(topic -> topic.endsWith(FACTS) && !topic.equals(HEALTH)).toList();
        get(admin.describeTopics(topics).allTopicNames())
                .forEach((topic, about) -> about.partitions().forEach(one -> all.add(new TopicPartition(topic, one.partition()))));
        Map<String, Long> facts = new TreeMap<>();
        offsets(all, OffsetSpec.latest()).forEach((partition, end) -> facts.merge(partition.topic(), end, Long::sum));
        return facts;
    }

    private List<String> groups() {
        return get(admin.listConsumerGroups().all()).stream().map(ConsumerGroupListing::groupId).toList();
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = partitions.stream().collect(Collectors.toMap(one -> one, _ -> which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> found = get(admin.listOffsets(asked).all());
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
