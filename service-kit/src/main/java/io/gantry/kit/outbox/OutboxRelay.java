package io.gantry.kit.outbox;

import io.gantry.kit.measure.Hops;
import io.gantry.kit.stream.KafkaLink;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;

/**
 * Carries outbox rows to Kafka, in row order, and deletes them when Kafka has them; a crash in between sends some twice, which
 * consumers recognise. One thread; of several replicas of a service the one with the advisory lock works. Woken after each
 * commit; a sweep every second finds what another replica, or a crash, left.
 */
final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final String TAKE = "select id, topic, partition, key, payload from outbox order by id limit 500";
    private static final String DELETE = "delete from outbox where id = any (?)";
    /** A deletion that a crash takes back sends some rows once more: no reason to wait for the disk. */
    private static final String DELETE_LATER = "set synchronous_commit = off";
    private static final long SWEEP_MILLIS = 1000;
    private static final long RETRY_MILLIS = 200;

    private record Row(long id, ProducerRecord<String, String> record) {}

    private final DataSource dataSource;
    private final KafkaLink kafka;
    private final Hops hops;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    OutboxRelay(String service, DataSource dataSource, KafkaLink kafka, Hops hops) {
        this.dataSource = dataSource;
        this.kafka = kafka;
        this.hops = hops;
        this.thread = Thread.ofPlatform().name("outbox-" + service).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void wake() {
        wakeUps.release();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(true);
                try (Statement sql = connection.createStatement()) {
                    sql.execute(DELETE_LATER);
                }
                relayWhileLeading(connection);
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

    private void relayWhileLeading(Connection connection) throws SQLException, ExecutionException, InterruptedException {
        boolean leading = false;
        while (!closed) {
            leading = leading || lock(connection);
            while (leading && relayBatch(connection)) {
                // more may have come meanwhile
            }
            if (wakeUps.tryAcquire(SWEEP_MILLIS, TimeUnit.MILLISECONDS)) {
                wakeUps.drainPermits();
            }
        }
    }

    /** The lock belongs to the connection: it goes when the connection does. Its number is the table's, so each schema has its own. */
    private static boolean lock(Connection connection) throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement("select pg_try_advisory_lock('outbox'::regclass::oid::bigint)");
                ResultSet result = sql.executeQuery()) {
            return result.next() && result.getBoolean(1);
        }
    }

    private boolean relayBatch(Connection connection) throws SQLException, ExecutionException, InterruptedException {
        long begun = System.nanoTime();
        List<Row> rows = take(connection);
        if (rows.isEmpty()) {
            return false;
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>(rows.size());
        for (Row row : rows) {
            sent.add(kafka.producer().send(row.record()));
        }
        for (Future<RecordMetadata> one : sent) {
            one.get();
            hops.published(begun);
        }
        try (PreparedStatement sql = connection.prepareStatement(DELETE)) {
            sql.setArray(1, connection.createArrayOf("bigint", rows.stream().map(Row::id).toArray()));
            sql.executeUpdate();
        }
        return true;
    }

    private static List<Row> take(Connection connection) throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement(TAKE);
                ResultSet result = sql.executeQuery()) {
            List<Row> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(
                        new Row(
                                result.getLong("id"),
                                new ProducerRecord<>(
                                        result.getString("topic"),
                                        (Integer) result.getObject("partition"),
                                        result.getString("key"),
                                        result.getString("payload"))));
            }
            return rows;
        }
    }

    private void pause(long millis) {
        try {
            wakeUps.tryAcquire(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }
}
