package io.gantry.agent.observe;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Gives what asks, and may have to wait for its answer, a thread of its own when its turn has come. */
final class Turns implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Turns.class);
    private static final Duration LATER = Duration.ofSeconds(1);
    private final ScheduledExecutorService timer;

    Turns(String name) {
        timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name(name).daemon().factory());
    }

    /** @param wait nothing if negative */
    void after(Duration wait, String thread, Runnable what) {
        try {
            timer.schedule(() -> begin(thread, what), Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debugf("%s has no further turn: the agent is closing", thread);
        }
    }

    private void begin(String thread, Runnable what) {
        try {
            Thread.ofPlatform().name(thread).daemon().start(what);
        } catch (OutOfMemoryError e) {
            // the kernel has no thread for us now; whose turn it is must not be forgotten for that
            LOG.errorf("%s: %s; it is tried again", thread, e.getMessage());
            after(LATER, thread, what);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
