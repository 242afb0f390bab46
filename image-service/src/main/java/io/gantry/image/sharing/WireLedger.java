package io.gantry.image.sharing;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.RegistrySharing;
import io.gantry.image.Database;
import io.gantry.image.sharing.store.WireRows;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/**
 * Bytes of blobs that went over the wire, and those that needn't. Counted in memory, and added to what the database has every ten seconds and when somebody looks, so that several of this service count
 * together; one that is killed forgets what it counted since then.
 */
@Singleton
public class WireLedger {
    private static final Logger LOG = Logger.getLogger(WireLedger.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private final Database database;
    private final WireRows rows;
    private final Map<Way, LongAdder> counted = new EnumMap<>(Way.class);

    /** How bytes went, or why they needn't; see {@link RegistrySharing.Wire}. */
    public enum Way {
        PUSHED,
        MOUNTED,
        PULLED,
        PRESENT,
        CACHED,
        RESUMED,
        SENT,
        THERE
    }

    @Inject
    WireLedger(Database database, WireRows rows) {
        this.database = database;
        this.rows = rows;
        for (Way way : Way.values()) {
            counted.put(way, new LongAdder());
        }
    }

    void start(@Observes StartupEvent started, Vertx vertx) {
        vertx.setPeriodic(EVERY.toMillis(), _ -> Thread.ofVirtual().name("wire-ledger").start(this::keep));
    }

    public void add(Way way, long bytes) {
        counted.get(way).add(bytes);
    }

    /** All that was counted until now. Waits; not for event loops. */
    public RegistrySharing.Wire figures() {
        keep();
        WireRows.Counted all = database.await(rows::all);
        return new RegistrySharing.Wire(
                all.since(), bytes(all, Way.PUSHED), bytes(all, Way.MOUNTED), bytes(all, Way.PULLED), bytes(all, Way.PRESENT), bytes(all, Way.CACHED), bytes(all, Way.RESUMED),
                bytes(all, Way.SENT), bytes(all, Way.THERE), bytes(all, Way.MOUNTED, Way.PRESENT, Way.CACHED, Way.RESUMED, Way.THERE));
    }

    private static Bytes bytes(WireRows.Counted all, Way... ways) {
        long sum = 0;
        for (Way way : ways) {
            sum += all.bytes().getOrDefault(way.name(), 0L);
        }
        return new Bytes(sum);
    }

    private void keep() {
        counted.forEach((way, adder) -> {
            long more = adder.sumThenReset();
            if (more == 0) {
                return;
            }
            try {
                database.await(() -> rows.add(way.name(), more));
            } catch (RuntimeException e) {
                adder.add(more);
                LOG.warnf("what blobs saved on the wire is written down later: %s", e.getMessage());
            }
        });
    }
}
