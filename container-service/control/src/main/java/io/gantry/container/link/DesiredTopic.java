package io.gantry.container.link;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.stream.TwoWays;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * {@code gantry.node.desired} whole in memory, read by one thread from the beginning, and the nodes' epochs as they are announced. A
 * follower gets a snapshot only when everything written before it asked has been read, then each change; both from that thread, so that
 * nothing falls in between. Changes that are told within this process are taken before Kafka has them.
 */
@Singleton
@Startup
public class DesiredTopic {
    /** Called by the reading thread; must not block. */
    interface Follower {
        NodeId node();

        /** {@code epoch}: the highest announced so far, or 0. */
        void snapshot(long epoch, List<DesiredRecord> records);

        /** {@code record.body()} is {@code null} for what is gone. */
        void change(DesiredRecord record);

        void epoch(long epoch);
    }

    private static final Logger LOG = Logger.getLogger(DesiredTopic.class);
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration ASK = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(500);

    /** @param carried all that the node may have been told early is in Kafka */
    private record Asking(Follower follower, CompletableFuture<Void> carried) {}

    private record Waiting(Follower follower, TopicPartition partition, long end) {}

    private final KafkaLink kafka;
    private final ShortWay shortWay;
    private final TwoWays<String> ways = new TwoWays<>();
    private final Map<NodeId, Map<StateKey, DesiredRecord>> records = new HashMap<>();
    private final Map<NodeId, List<Follower>> followers = new HashMap<>();
    private final Map<NodeId, Long> epochs = new HashMap<>();
    private final Queue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final List<Asking> asking = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().name("desired-topic").daemon().unstarted(this::run);
    private volatile KafkaConsumer<String, String> consumer;
    private volatile boolean closed;

    @Inject
    DesiredTopic(KafkaLink kafka, ShortWay shortWay) {
        this.kafka = kafka;
        this.shortWay = shortWay;
    }

    @PostConstruct
    void start() {
        thread.start();
        shortWay.listen(Topics.NODE_DESIRED, message -> {
            requests.add(() -> takeEarly(message));
            wake();
        });
    }

    @PreDestroy
    void stop() {
        closed = true;
        wake();
    }

    /** From now on, until {@link #leave}. Asked again, it gets a further snapshot. */
    void follow(Follower follower) {
        requests.add(() -> ask(follower));
        wake();
    }

    void leave(Follower follower) {
        requests.add(() -> {
            asking.removeIf(one -> one.follower() == follower);
            waiting.removeIf(one -> one.follower() == follower);
            followers.computeIfPresent(follower.node(), (_, all) -> {
                all.remove(follower);
                return all.isEmpty() ? null : all;
            });
        });
        wake();
    }

    private void ask(Follower follower) {
        CompletableFuture<Void> carried = shortWay.carried();
        asking.add(new Asking(follower, carried));
        carried.thenRun(this::wake);
    }

    private void wake() {
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<String, String> reader = kafka.reader()) {
                List<TopicPartition> desired = partitions(Topics.NODE_DESIRED, Topics.STATE_PARTITIONS);
                List<TopicPartition> nodes = partitions(Topics.NODE, Topics.FACT_PARTITIONS);
                reader.assign(Stream.concat(desired.stream(), nodes.stream()).toList());
                reader.seekToBeginning(reader.assignment());
                begin();
                consumer = reader;
                while (!closed) {
                    turn(reader);
                }
            } catch (KafkaException e) {
                LOG.warnf("reading %s again: %s", Topics.NODE_DESIRED, e.getMessage());
                LockSupport.parkNanos(RETRY.toNanos());
            } catch (RuntimeException e) {
                LOG.errorf(e, "reading %s again", Topics.NODE_DESIRED);
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    /** What was told early and isn't in Kafka yet is forgotten here: no follower gets a snapshot without it. */
    private void begin() {
        records.clear();
        ways.again();
        List<Follower> again = Stream.concat(asking.stream().map(Asking::follower), waiting.stream().map(Waiting::follower)).toList();
        asking.clear();
        waiting.clear();
        again.forEach(this::ask);
    }

    private void turn(KafkaConsumer<String, String> reader) {
        try {
            takeRequests();
            askForEnds(reader);
            ConsumerRecords<String, String> batch = reader.poll(POLL);
            // what was told early came here before its copy came to Kafka
            takeRequests();
            batch.forEach(this::take);
            answer(reader);
        } catch (WakeupException e) {
            // a request has come
        } catch (TimeoutException e) {
            LOG.infof("Kafka doesn't answer; %d links wait for their snapshot", asking.size());
        }
    }

    private void takeRequests() {
        for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
            request.run();
        }
    }

    /** Where the node's partition ends now: a snapshot is complete when that much has been read. */
    private void askForEnds(KafkaConsumer<String, String> reader) {
        for (Iterator<Asking> all = asking.iterator(); all.hasNext(); ) {
            Asking one = all.next();
            if (one.carried().isDone()) {
                TopicPartition partition = new TopicPartition(Topics.NODE_DESIRED, Topics.statePartition(one.follower().node().value()));
                long end = reader.endOffsets(Set.of(partition), ASK).get(partition);
                waiting.add(new Waiting(one.follower(), partition, end));
                all.remove();
            }
        }
        answer(reader);
    }

    private void answer(KafkaConsumer<String, String> reader) {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (reader.position(one.partition(), ASK) >= one.end()) {
                all.remove();
                NodeId node = one.follower().node();
                List<Follower> followed = followers.computeIfAbsent(node, _ -> new ArrayList<>());
                if (!followed.contains(one.follower())) {
                    followed.add(one.follower());
                }
                one.follower().snapshot(epochs.getOrDefault(node, 0L), List.copyOf(records.getOrDefault(node, Map.of()).values()));
            }
        }
    }

    private void take(ConsumerRecord<String, String> record) {
        try {
            if (record.topic().equals(Topics.NODE)) {
                takeEpoch(record.value());
            } else {
                takeLate(record);
            }
        } catch (IllegalArgumentException e) {
            LOG.errorf("skipped what can't be read at %s/%d/%d: %s", record.topic(), record.partition(), record.offset(), e.getMessage());
        }
    }

    private void takeEarly(ShortWay.Message message) {
        StateKey key = StateKey.parse(message.key());
        int partition = Topics.statePartition(key.node().value());
        if (ways.takesEarly(partition, message.row())) {
            ways.taken(partition, message.row());
            takeDesired(key, message.payload());
        }
    }

    private void takeLate(ConsumerRecord<String, String> record) {
        Header mark = record.headers().lastHeader(ShortWay.ROW);
        String row = mark == null ? "" : new String(mark.value(), StandardCharsets.UTF_8);
        if (ways.takesLate(record.partition(), row)) {
            ways.arrived(record.partition(), row);
            takeDesired(StateKey.parse(record.key()), record.value());
        }
    }

    private void takeDesired(StateKey key, String payload) {
        Map<StateKey, DesiredRecord> held = records.computeIfAbsent(key.node(), _ -> new HashMap<>());
        DesiredRecord news;
        if (payload == null) {
            DesiredRecord last = held.remove(key);
            if (last == null) {
                return;
            }
            news = new DesiredRecord(key, last.version() + 1, last.epoch(), null);
        } else {
            news = Json.read(payload, DesiredRecord.class);
            DesiredRecord last = held.get(key);
            if (last != null && last.epoch() == news.epoch() && last.version() >= news.version()) {
                return;
            }
            held.put(key, news);
        }
        followers.getOrDefault(key.node(), List.of()).forEach(follower -> follower.change(news));
    }

    private void takeEpoch(String json) {
        Fact fact = Fact.fromJson(json);
        Optional<Long> epoch =
                switch ((NodeEvent) fact.event()) {
                    case NodeEvent.Joined joined -> Optional.of(joined.epoch());
                    case NodeEvent.Ready ready -> Optional.of(ready.epoch());
                    case NodeEvent.Lost lost -> Optional.of(lost.epoch());
                    case NodeEvent.Suspect _, NodeEvent.Drained _, NodeEvent.Removed _ -> Optional.empty();
                };
        NodeId node = ((NodeEvent) fact.event()).id();
        epoch.ifPresent(value -> {
            epochs.merge(node, value, Math::max);
            followers.getOrDefault(node, List.of()).forEach(follower -> follower.epoch(value));
        });
    }

    private static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(i -> new TopicPartition(topic, i)).toList();
    }
}
