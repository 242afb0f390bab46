package io.gantry.gateway.events;

import io.gantry.kit.stream.KafkaLink;
import io.quarkus.runtime.Startup;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * The newest facts, read once per gateway and handed to all who listen. Listeners must be quick: they run in the one reading
 * thread, under the lock that makes joining exact.
 */
@Singleton
@Startup
public class EventTail {
    private static final Logger LOG = Logger.getLogger(EventTail.class);
    private static final Duration POLL = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 1000;

    interface Listener {
        void on(Entry entry);
    }

    private final KafkaLink kafka;
    private final long[] next = new long[Position.PARTITIONS];
    private final List<Listener> listeners = new ArrayList<>();
    private final Promise<Void> ready = Promise.promise();
    private final Thread thread = Thread.ofPlatform().name("event-tail").daemon().unstarted(this::run);
    private final Object stopping = new Object();
    private volatile KafkaConsumer<String, String> consumer;
    private volatile boolean closed;

    @Inject
    EventTail(KafkaLink kafka) {
        this.kafka = kafka;
    }

    @PostConstruct
    void start() {
        thread.start();
    }

    @PreDestroy
    void stop() {
        closed = true;
        synchronized (stopping) {
            stopping.notifyAll();
        }
        KafkaConsumer<String, String> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    /** Completes when listeners miss nothing any more. */
    Future<Void> ready() {
        return ready.future();
    }

    /** From now on. @return where "now" is */
    synchronized Position listen(Listener listener) {
        listeners.add(listener);
        return Position.of(next);
    }

    /** Listens if {@code read} has everything that the tail has read; a listener ahead of the tail is told some entries again. */
    synchronized boolean listenIfCaughtUp(Listener listener, long[] read) {
        for (int i = 0; i < next.length; i++) {
            if (read[i] < next[i]) {
                return false;
            }
        }
        listeners.add(listener);
        return true;
    }

    synchronized void leave(Listener listener) {
        listeners.remove(listener);
    }

    /** How many listen. */
    public synchronized int listening() {
        return listeners.size();
    }

    private void run() {
        boolean resuming = false;
        while (!closed) {
            try (KafkaConsumer<String, String> reading = kafka.reader()) {
                consumer = reading;
                begin(reading, resuming);
                resuming = true;
                ready.tryComplete();
                while (!closed) {
                    deliver(reading);
                }
            } catch (WakeupException e) {
                // closed
            } catch (KafkaException e) {
                LOG.warnf("the event tail waits: %s", e.getMessage());
                pause();
            }
        }
    }

    private void begin(KafkaConsumer<String, String> reading, boolean resuming) {
        List<TopicPartition> partitions = Entry.partitions();
        reading.assign(partitions);
        if (!resuming) {
            var ends = reading.endOffsets(partitions);
            synchronized (this) {
                for (int i = 0; i < next.length; i++) {
                    next[i] = ends.get(partitions.get(i));
                }
            }
        }
        for (int i = 0; i < next.length; i++) {
            reading.seek(partitions.get(i), next[i]);
        }
    }

    private void deliver(KafkaConsumer<String, String> reading) {
        for (ConsumerRecord<String, String> record : reading.poll(POLL)) {
            deliver(record);
        }
    }

    /** What nobody listens to isn't parsed. */
    private synchronized void deliver(ConsumerRecord<String, String> record) {
        next[Entry.partition(record)] = record.offset() + 1;
        if (!listeners.isEmpty()) {
            Entry entry = Entry.of(record);
            List.copyOf(listeners).forEach(listener -> tell(listener, entry));
        }
    }

    private static void tell(Listener listener, Entry entry) {
        try {
            listener.on(entry);
        } catch (RuntimeException e) {
            LOG.errorf(e, "a listener failed on %s %s", entry.type(), entry.subject());
        }
    }

    private void pause() {
        synchronized (stopping) {
            if (!closed) {
                try {
                    stopping.wait(RETRY_MILLIS);
                } catch (InterruptedException e) {
                    closed = true;
                }
            }
        }
    }
}
