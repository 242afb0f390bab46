package io.gantry.kit.stream;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Gives Kafka's client what everybody in this process hands over, in that one order, on a thread of its own: the client's {@code send} may block, and who waits for
 * company must not be overtaken.
 */
final class OrderedSends implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(OrderedSends.class);

    private record Waiting(ProducerRecord<String, String> record, Callback answered) {}

    private final Producer<String, String> producer;
    private final Duration pace;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("kafka-sends").daemon().factory());

    /** @param pace so long a record waits for others to go with it; zero: it goes at once */
    OrderedSends(Producer<String, String> producer, Duration pace) {
        this.producer = producer;
        this.pace = pace;
    }

    /** Returns at once. @param answered on a thread of Kafka's client, or of this: must not block */
    void send(ProducerRecord<String, String> record, Callback answered) {
        waiting.add(new Waiting(record, answered));
        if (due.compareAndSet(false, true)) {
            try {
                sender.schedule(this::sendAll, pace.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                due.set(false);
                refuseAll(new IllegalStateException("the process ends", e));
            }
        }
    }

    private void sendAll() {
        due.set(false);
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            if (send(next) instanceof TimeoutException late) {
                // nothing overtakes what will have to be handed over once more
                refuseAll(late);
            }
        }
    }

    /** @return why the client hasn't taken it, which has been answered; {@code null} if it has */
    private Throwable send(Waiting next) {
        try {
            var sent = producer.send(next.record(), next.answered());
            return sent.state() == Future.State.FAILED ? sent.exceptionNow() : null;
        } catch (KafkaException | IllegalStateException e) {
            next.answered().onCompletion(null, e);
            return e;
        }
    }

    private void refuseAll(RuntimeException why) {
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            next.answered().onCompletion(null, why);
        }
    }

    /** What waits is handed on first. */
    @Override
    public void close() {
        try {
            sender.submit(this::sendAll).get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | java.util.concurrent.TimeoutException | RejectedExecutionException e) {
            LOG.debugf(e, "what Kafka wasn't told is told once more later");
        }
        sender.shutdownNow();
    }
}
