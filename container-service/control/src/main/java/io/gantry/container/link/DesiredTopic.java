package io.gantry.container.link;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
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
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * {@code gantry.node.desired} whole in memory, read by one thread from the beginning, and the nodes' epochs as they are announced. What is told within this
 * process is taken before Kafka brings it. A follower gets a snapshot only when everything written before it asked has been read, and all that an earlier
 * process had committed and not sent ({@link ShortWay#settled}): were some of that missing, its node would take away what it had begun.
 */
@Singleton
@Startup
public class DesiredTopic {
    /** Called by one thread at a time, which it must not block. */
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

    private record Waiting(Follower follower, TopicPartition partition, long end) {}

    private final KafkaLink kafka;
    private final ShortWay shortWay;
    private final DesiredBook book = new DesiredBook();
    /** Where to read on after Kafka was away. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Queue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final List<Follower> unasked = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().name("desired-topic").daemon().unstarted(this::run);
    private volatile KafkaConsumer<String, String> consumer;
    private volatile boolean closed;
    private CompletableFuture<Void> settled;

    @Inject
    DesiredTopic(KafkaLink kafka, ShortWay shortWay) {
        this.kafka = kafka;
        this.shortWay = shortWay;
    }

    @PostConstruct
    void start() {
        settled = shortWay.settled().toCompletableFuture();
        settled.thenRun(this::wake);
        if (shortWay.reachesAll()) {
            shortWay.listen(Topics.NODE_DESIRED, message -> book.early(message.row(), message.key(), message.payload(), settled.isDone()));
        }
        thread.start();
    }

    @PreDestroy
    void stop() {
        closed = true;
        wake();
    }

    /** From now on, until {@link #leave}. Asked again, it gets a further snapshot. */
    void follow(Follower follower) {
        requests.add(() -> unasked.add(follower));
        wake();
    }

    void leave(Follower follower) {
        requests.add(() -> {
            unasked.remove(follower);
            waiting.removeIf(one -> one.follower() == follower);
            book.leave(follower);
        });
        wake();
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
                positions.forEach(reader::seek);
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

    private void turn(KafkaConsumer<String, String> reader) {
        try {
            for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
                request.run();
            }
            askForEnds(reader);
            for (ConsumerRecord<String, String> record : reader.poll(POLL)) {
                take(record);
            }
            answer(reader);
        } catch (WakeupException e) {
            // a request has come
        } catch (TimeoutException e) {
            LOG.infof("Kafka doesn't answer; %d links wait for their snapshot", unasked.size());
        }
    }

    /** Where the node's partition ends now: a snapshot is complete when that much has been read. */
    private void askForEnds(KafkaConsumer<String, String> reader) {
        for (Iterator<Follower> all = unasked.iterator(); settled.isDone() && all.hasNext(); ) {
            Follower follower = all.next();
            TopicPartition partition =
                    new TopicPartition(Topics.NODE_DESIRED, Topics.statePartition(follower.node().value()));
            long end = reader.endOffsets(Set.of(partition), ASK).get(partition);
            waiting.add(new Waiting(follower, partition, end));
            all.remove();
        }
        answer(reader);
    }

    private void answer(KafkaConsumer<String, String> reader) {
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (reader.position(one.partition(), ASK) >= one.end()) {
                all.remove();
                book.follow(one.follower());
            }
        }
    }

    private void take(ConsumerRecord<String, String> record) {
        try {
            if (record.topic().equals(Topics.NODE)) {
                takeEpoch(record.value());
            } else {
                book.late(record.partition(), row(record), record.key(), record.value());
            }
            positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        } catch (IllegalArgumentException e) {
            LOG.errorf("skipped what can't be read at %s/%d/%d: %s", record.topic(), record.partition(), record.offset(), e.getMessage());
        }
    }

    private static String row(ConsumerRecord<String, String> record) {
        Header row = record.headers().lastHeader(ShortWay.ROW);
        return row == null ? "" : new String(row.value(), StandardCharsets.UTF_8);
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
        epoch.ifPresent(value -> book.epoch(node, value));
    }

    private static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(i -> new TopicPartition(topic, i)).toList();
    }
}
