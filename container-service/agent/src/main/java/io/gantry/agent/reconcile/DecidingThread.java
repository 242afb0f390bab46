package io.gantry.agent.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One thread that does what it is given, one thing after the other, at once or later. Without it an agent would go on beating and never decide
 * anything again: after an error, such as that the kernel has no thread for us, the program ends, and whoever keeps it running starts it anew.
 */
final class DecidingThread implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DecidingThread.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private record Event(Runnable what, long dueNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueNanos, ((Event) other).dueNanos);
        }
    }

    private final DelayQueue<Event> events = new DelayQueue<>();
    private final Thread thread;
    private final Consumer<Error> end;
    private volatile boolean closed;

    DecidingThread(String name) {
        this(name, _ -> Runtime.getRuntime().halt(1));
    }

    /** @param end of the program, after an error that has been logged */
    DecidingThread(String name, Consumer<Error> end) {
        this.end = end;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /** What was posted before is done then, too. */
    void start() {
        thread.start();
    }

    void post(Runnable what) {
        postIn(Duration.ZERO, what);
    }

    void postAt(Clock clock, Instant at, Runnable what) {
        Duration wait = Duration.between(clock.instant(), at);
        postIn(wait.isNegative() ? Duration.ZERO : wait, what);
    }

    void postIn(Duration wait, Runnable what) {
        events.add(new Event(what, System.nanoTime() + wait.toNanos()));
    }

    private void run() {
        while (!closed) {
            try {
                events.take().what().run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("reconciling failed; it goes on with the next event", e);
            } catch (Error e) {
                fail(e);
                return;
            }
        }
    }

    private void fail(Error e) {
        try {
            LOG.fatal("deciding failed for good: the agent ends, and containers run on", e);
        } finally {
            end.accept(e);
        }
    }

    /** Returns when what is being done is done, or takes too long; what waits isn't done any more. */
    @Override
    public void close() {
        closed = true;
        post(() -> {});
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
