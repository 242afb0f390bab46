package io.gantry.image.build.step;

import io.gantry.contracts.id.BuildId;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Builds that are on their way in this process: how their steps go, and an end to them. */
@Singleton
public class RunningBuilds {
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    /** One build, carried out by one thread. */
    static final class Running {
        private final StepBook book;
        private final Thread thread;
        private boolean over;
        private boolean cancelled;

        private Running(StepBook book, Thread thread) {
            this.book = book;
            this.thread = thread;
        }

        private synchronized boolean cancel() {
            if (over) {
                return false;
            }
            cancelled = true;
            thread.interrupt();
            return true;
        }

        /** From here on nobody interrupts its thread. @return whether somebody asked for its end */
        synchronized boolean end() {
            over = true;
            return cancelled;
        }
    }

    /** The calling thread carries it out. */
    Running begin(BuildId id, StepBook book) {
        Running one = new Running(book, Thread.currentThread());
        running.put(id.value(), one);
        return one;
    }

    void forget(BuildId id) {
        running.remove(id.value());
    }

    public Optional<StepBook> book(String id) {
        return Optional.ofNullable(running.get(id)).map(one -> one.book);
    }

    /** What goes on of it is ended, soon. @return whether something went on */
    public boolean cancel(String id) {
        return Optional.ofNullable(running.get(id)).filter(Running::cancel).isPresent();
    }
}
