package io.gantry.kit.outbox;

import io.gantry.kit.measure.Hops;
import io.gantry.kit.outbox.OutboxTable.Row;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Carries outbox rows to Kafka, in row order, and deletes them when Kafka has them; a crash in between sends some twice, which
 * consumers recognise. Who is in the same process is told of each row, too ({@link ShortWay}), mostly long before Kafka has it. One thread; of several replicas of a
 * service the one with the advisory lock works. Woken after each commit and acknowledgement. Where no other process writes to the outbox, rows are taken from
 * the transactions themselves ({@link Handover}); a look into the table every second finds what another replica, or a crash, left.
 */
final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final long SWEEP_MILLIS = 1000;
    private static final long RETRY_MILLIS = 200;
    private static final long DELETION_MILLIS = 250;
    private static final int MOST_IN_FLIGHT = 2000;

    /** @param failure {@code null}: Kafka has it */
    private record Answer(long id, Exception failure) {}

    private final String service;
    private final DataSource dataSource;
    private final KafkaLink kafka;
    private final ShortWay shortWay;
    private final Hops hops;
    private final Semaphore wakeUps = new Semaphore(0);
    private final AtomicBoolean news = new AtomicBoolean(true);
    private final Handover handover;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    /** Told the short way and not yet deleted: what has to be sent once more isn't told once more. */
    private final Set<Long> told = new HashSet<>();
    private long nextLook = System.nanoTime();
    /** Kafka has them and all before them, the table still. */
    private final List<Long> delivered = new ArrayList<>();
    private long nextDeletion = System.nanoTime();
    private InFlight flight = new InFlight();
    private final Runnable caughtUp;
    private boolean behind = true;
    /** The last row that was there when all had been looked at. */
    private OptionalLong backlog = OptionalLong.empty();
    private final Thread thread;
    private volatile boolean closed;

    OutboxRelay(String service, DataSource dataSource, KafkaLink kafka, ShortWay shortWay, Hops hops) {
        this.service = service;
        this.dataSource = dataSource;
        this.kafka = kafka;
        this.shortWay = shortWay;
        this.hops = hops;
        this.handover = new Handover(System::nanoTime, shortWay.reachesAll());
        this.caughtUp = shortWay.teller(service);
        this.thread = Thread.ofPlatform().name("outbox-" + service).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Before a transaction's commit is asked for; one of the three that follow tells of its end. */
    Handover.Batch begun() {
        Handover.Batch batch = handover.begun();
        askTheTableWhilePaused();
        return batch;
    }

    void committed(Handover.Batch batch, List<Row> rows) {
        handover.committed(batch, rows);
        wake();
    }

    /** It was refused: nothing of it is in the table. */
    void withdrawn(Handover.Batch batch) {
        handover.withdrawn(batch);
        wake();
    }

    /** It was rolled back, or nobody knows. */
    void lost(Handover.Batch batch) {
        handover.lost(batch);
        wake();
    }

    private void wake() {
        askTheTableWhilePaused();
        wakeUps.release();
    }

    private void askTheTableWhilePaused() {
        if (handover.paused()) {
            news.set(true);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try (Connection connection = dataSource.getConnection()) {
                relay(new OutboxTable(connection));
            } catch (SQLException | ExecutionException e) {
                LOG.warnf("the outbox waits: %s", e.getMessage());
                pause(RETRY_MILLIS);
            } catch (RuntimeException e) {
                // whatever it is, facts must go out once it is over: this thread is the only one that carries them
                LOG.error("the outbox waits", e);
                pause(RETRY_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void relay(OutboxTable table) throws SQLException, ExecutionException, InterruptedException {
        settle();
        news.set(true);
        boolean leading = false;
        while (!closed) {
            leading = leading || table.lock();
            if (leading) {
                carry(table);
            } else {
                handover.clear();
                lookLater();
            }
            rest();
        }
    }

    /** What was sent before is answered for, one way or the other, before anything is sent again. */
    private void settle() throws InterruptedException {
        hear();
        while (flight.open()) {
            wakeUps.acquire();
            hear();
        }
        flight = new InFlight();
        backlog = OptionalLong.empty();
    }

    /** Until somebody wakes us or something is due. */
    private void rest() throws InterruptedException {
        long due = delivered.isEmpty() ? nextLook : Math.min(nextLook, nextDeletion);
        wakeUps.tryAcquire(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
        wakeUps.drainPermits();
    }

    private void carry(OutboxTable table) throws SQLException, ExecutionException {
        if (news.getAndSet(false) || System.nanoTime() - nextLook >= 0) {
            look(table);
        }
        // not before all that is older has been found
        if (!news.get() && flight.size() < MOST_IN_FLIGHT) {
            carry(handover.take());
        }
        Exception failure = hear();
        delivered.addAll(flight.takeDone());
        noteBacklog();
        deleteDelivered(table);
        if (failure != null) {
            throw new ExecutionException(failure);
        }
    }

    /** Whether Kafka has all that was there before this process. */
    private void noteBacklog() {
        if (behind && backlog.isPresent() && flight.ids().stream().allMatch(id -> id > backlog.getAsLong())) {
            behind = false;
            caughtUp.run();
        }
    }

    private void look(OutboxTable table) throws SQLException {
        boolean more = true;
        while (more && flight.size() < MOST_IN_FLIGHT) {
            List<Row> rows = table.takeAllBut(taken());
            handover.found(rows.stream().map(Row::id).toList());
            carry(rows);
            more = rows.size() == OutboxTable.MOST_AT_ONCE;
        }
        if (more) {
            news.set(true);
        } else if (backlog.isEmpty()) {
            backlog = OptionalLong.of(flight.ids().stream().mapToLong(Long::longValue).max().orElse(0));
        }
        lookLater();
    }

    private void lookLater() {
        nextLook = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
    }

    /** Sent before they are told of: what others say because of it comes after it in Kafka, too. */
    private void carry(List<Row> rows) {
        rows.forEach(this::send);
        rows.forEach(this::tell);
    }

    private void tell(Row row) {
        if (told.add(row.id())) {
            OutboxRow content = row.content();
            shortWay.tell(new ShortWay.Message(content.topic(), content.key(), content.payload(), name(row)));
        }
    }

    private Collection<Long> taken() {
        List<Long> taken = new ArrayList<>(flight.ids());
        taken.addAll(delivered);
        return taken;
    }

    /** At once after a pause, those of a hurry together: until then they are passed over, and a crash sends them once more. */
    private void deleteDelivered(OutboxTable table) throws SQLException {
        long now = System.nanoTime();
        if (!delivered.isEmpty() && now - nextDeletion >= 0) {
            table.delete(delivered);
            delivered.forEach(told::remove);
            delivered.clear();
            nextDeletion = now + TimeUnit.MILLISECONDS.toNanos(DELETION_MILLIS);
        }
    }

    private void send(Row row) {
        OutboxRow content = row.content();
        var record = new ProducerRecord<>(content.topic(), content.partition(), content.key(), content.payload());
        record.headers().add(ShortWay.ROW, name(row).getBytes(StandardCharsets.UTF_8));
        long begun = System.nanoTime();
        kafka.send(record, (_, failure) -> {
            if (failure == null) {
                hops.published(begun);
            }
            answers.add(new Answer(row.id(), failure));
            wakeUps.release();
        });
        flight.sent(row.id());
    }

    /** Takes in what Kafka has answered; the latest failure, or {@code null}. */
    private Exception hear() {
        Exception failure = null;
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            flight.answered(answer.id(), answer.failure() == null);
            failure = answer.failure() == null ? failure : answer.failure();
        }
        return failure;
    }

    private String name(Row row) {
        return service + "/" + row.id();
    }

    private void pause(long millis) {
        try {
            wakeUps.tryAcquire(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }
}
