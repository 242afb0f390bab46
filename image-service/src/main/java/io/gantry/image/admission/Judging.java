package io.gantry.image.admission;

import io.gantry.image.Database;
import io.gantry.image.admission.store.Judgements;
import io.gantry.image.admission.store.Judgements.Book;
import io.gantry.image.admission.store.Judgements.Case;
import io.gantry.image.admission.store.RulesMoved;
import io.gantry.image.admission.store.Waivers;
import io.gantry.image.registry.store.ManifestsMoved;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Has each image judged that rules haven't been asked about: when one comes in, when rules or waivers change, and when something comes to speak of one. What is to be
 * done stands in the tables, so that a process that ends leaves it to the next. One thread; what nobody has looked at goes first.
 */
@Singleton
public class Judging {
    private static final Logger LOG = Logger.getLogger(Judging.class);

    /** Finds what another replica of this service was told, and whose waivers are over. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(20);

    private final Database database;
    private final Judgements judgements;
    private final Judge judge;
    private final Waivers waivers;
    private final Semaphore wanted = new Semaphore(1);
    private Thread thread;

    @Inject
    Judging(Database database, Judgements judgements, Judge judge, Waivers waivers) {
        this.database = database;
        this.judgements = judgements;
        this.judge = judge;
        this.waivers = waivers;
    }

    void start(@Observes StartupEvent started) {
        thread = Thread.ofVirtual().name("image-judging").start(this::work);
    }

    /** Before the database goes. */
    void stop(@Observes ShutdownEvent end) {
        thread.interrupt();
    }

    void on(@Observes RulesMoved moved) {
        wanted.release();
    }

    void on(@Observes ManifestsMoved moved) {
        wanted.release();
    }

    private void work() {
        try {
            while (true) {
                if (wanted.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    wanted.drainPermits();
                }
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        try {
            database.await(waivers::expire);
            judgeAll();
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.warnf("images wait to be judged: %s", e.getMessage());
            }
        }
    }

    private void judgeAll() throws InterruptedException {
        Set<String> later = new HashSet<>();
        while (true) {
            // rules that change while many images are read hold for the rest at once
            Book book = database.await(judgements::book);
            List<Case> some = database.await(() -> judgements.open(book, later));
            if (some.isEmpty()) {
                return;
            }
            for (Case each : some) {
                try {
                    judge.judge(each, book);
                } catch (IOException | RuntimeException e) {
                    LOG.warnf("%s can't be judged yet: %s", each.ref(), e.getMessage());
                    later.add(each.ref());
                }
            }
        }
    }
}
