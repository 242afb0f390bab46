package io.gantry.scheduler.prefetch;

import io.gantry.kit.time.World;
import io.gantry.scheduler.EventLoop;
import io.gantry.scheduler.prefetch.store.PrefetchWishes;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Ends what nodes should have ahead for a time, a while after that is over: for a pin of an hour that is soon enough. */
@ApplicationScoped
class PrefetchEnds {
    private static final Logger LOG = Logger.getLogger(PrefetchEnds.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private final PrefetchWishes wishes;
    private final EventLoop loop;
    private final World world;

    @Inject
    PrefetchEnds(PrefetchWishes wishes, EventLoop loop, World world) {
        this.wishes = wishes;
        this.loop = loop;
        this.world = world;
    }

    void start(@Observes StartupEvent started, Vertx vertx) {
        vertx.setPeriodic(EVERY.toMillis(), _ -> loop.run(() -> wishes.endOverdue(world.now())).exceptionally(e -> {
            LOG.warnf("what nodes should have ahead for a time stays for now: %s", e.getMessage());
            return null;
        }));
    }
}
