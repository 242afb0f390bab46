package io.gantry.agent.execute;

import java.util.concurrent.atomic.AtomicLong;

/** How much output waits for all readers of an agent together: many that don't read must not take the memory that it lives from. */
final class Backlog {
    private final long limit;
    private final AtomicLong bytes = new AtomicLong();

    Backlog(long limit) {
        this.limit = limit;
    }

    boolean full() {
        return bytes.get() >= limit;
    }

    /** @param more less if negative */
    void grow(int more) {
        bytes.addAndGet(more);
    }
}
