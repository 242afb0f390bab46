package io.gantry.kit.outbox;

import io.gantry.contracts.envelope.Topics;
import io.gantry.kit.time.World;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** Takes each hour out of a service's tables what nobody asks for any more, so that they grow with what there is and not with what there ever was. Several replicas may do so at once. */
public final class Forgetting implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Forgetting.class);
    private static final Duration EVERY = Duration.ofHours(1);
    /** When the service has begun other things are to be done. */
    private static final Duration FIRST = Duration.ofMinutes(1);

    /** A fact that Kafka has forgotten isn't told again. Kafka forgets by whole files, some time later than it says. */
    public static final Rule HANDLED = new Rule(
            "handled facts",
            "delete from inbox where ctid = any (array(select ctid from inbox where handled_at < ? limit ?))",
            Duration.ofMillis(2 * Topics.FACT_RETENTION_MILLIS));

    /**
     * @param delete has the moment before which something must have been, and how many rows go at most
     * @param after so long
     */
    public record Rule(String what, String delete, Duration after) {
        private static final int AT_ONCE = 5_000;

        /** In pieces, so that nobody waits for it. @return how many rows went */
        public int forget(Connection connection, Instant now) throws SQLException {
            int all = 0;
            try (PreparedStatement piece = connection.prepareStatement(delete)) {
                piece.setObject(1, now.minus(after).atOffset(ZoneOffset.UTC));
                piece.setInt(2, AT_ONCE);
                int gone;
                do {
                    gone = piece.executeUpdate();
                    all += gone;
                } while (gone == AT_ONCE);
            }
            return all;
        }
    }

    private final String service;
    private final DataSource dataSource;
    private final World world;
    private final List<Rule> rules;
    private final Thread thread;

    private Forgetting(String service, DataSource dataSource, World world, List<Rule> rules) {
        this.service = service;
        this.dataSource = dataSource;
        this.world = world;
        this.rules = rules;
        this.thread = Thread.ofVirtual().name("forgetting-" + service).unstarted(this::run);
    }

    static Forgetting start(String service, DataSource dataSource, World world, List<Rule> rules) {
        Forgetting forgetting = new Forgetting(service, dataSource, world, rules);
        forgetting.thread.start();
        return forgetting;
    }

    private void run() {
        try {
            Thread.sleep(FIRST);
            while (true) {
                rules.forEach(this::forget);
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException e) {
            // the service ends
        }
    }

    private void forget(Rule rule) {
        try (Connection connection = dataSource.getConnection()) {
            rule.forget(connection, world.now());
        } catch (SQLException e) {
            LOG.warnf("%s: %s stay for now: %s", service, rule.what(), e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
