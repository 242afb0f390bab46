package io.gantry.kit.outbox;

import io.gantry.kit.outbox.OutboxTable.Row;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The rows that this process's transactions have written, in the order in which they were written, so that its relay need not ask the table for each of them. A
 * transaction's rows are given when it has committed and those before it have ended. Whose end isn't known is left to the table, and for a while all that
 * comes after it: a word given here must not overtake one that is found there. Thread-safe.
 */
final class Handover {
    /** Were the relay further behind, the table is the better place to keep them. */
    static final int MOST_BATCHES = 10_000;
    /** A commit whose answer was lost is there for all to see, or never, by then. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    /** What one transaction writes: known once it has committed. */
    static final class Batch {
        private List<Row> rows = List.of();
        private boolean committed;
    }

    private final LongSupplier nanos;
    private final boolean alone;
    private final Deque<Batch> batches = new ArrayDeque<>();
    /** Found in the table while transactions were under way that may have written them. */
    private final Set<Long> foundMeanwhile = new HashSet<>();
    private long pausedAt;
    private boolean paused;

    /**
     * @param nanos {@link System#nanoTime}
     * @param alone no other process writes to the table; otherwise it is always {@link #paused}
     */
    Handover(LongSupplier nanos, boolean alone) {
        this.nanos = nanos;
        this.alone = alone;
    }

    /** To be called before its commit is asked for, so that what another transaction writes about the same subject comes behind it. */
    synchronized Batch begun() {
        Batch batch = new Batch();
        if (alone) {
            batches.add(batch);
        }
        if (batches.size() > MOST_BATCHES) {
            clear();
        }
        return batch;
    }

    synchronized void committed(Batch batch, List<Row> rows) {
        batch.committed = true;
        batch.rows = rows.stream().filter(row -> !foundMeanwhile.contains(row.id())).toList();
        forgetFound();
    }

    /** It has written nothing for certain. */
    synchronized void withdrawn(Batch batch) {
        batches.remove(batch);
        forgetFound();
    }

    /** Rolled back, or nobody knows. */
    synchronized void lost(Batch batch) {
        withdrawn(batch);
        pause();
    }

    /** Whether the table alone is to be asked. */
    synchronized boolean paused() {
        paused = !alone || paused && nanos.getAsLong() - pausedAt < PAUSE.toNanos();
        return paused;
    }

    /** Those that may go now, which are forgotten; none while it is {@link #paused}. */
    synchronized List<Row> take() {
        List<Row> rows = new ArrayList<>();
        while (!paused() && !batches.isEmpty() && batches.peek().committed) {
            rows.addAll(batches.poll().rows);
        }
        return rows;
    }

    /** These were in the table: they aren't given any more. */
    synchronized void found(Collection<Long> ids) {
        if (ids.isEmpty() || batches.isEmpty()) {
            return;
        }
        Set<Long> all = new HashSet<>(ids);
        for (Batch batch : batches) {
            batch.rows = batch.rows.stream().filter(row -> !all.contains(row.id())).toList();
        }
        while (!batches.isEmpty() && batches.peek().committed && batches.peek().rows.isEmpty()) {
            batches.poll();
        }
        if (batches.stream().anyMatch(batch -> !batch.committed)) {
            foundMeanwhile.addAll(all);
        }
    }

    private void forgetFound() {
        if (!foundMeanwhile.isEmpty() && batches.stream().allMatch(batch -> batch.committed)) {
            foundMeanwhile.clear();
        }
    }

    /** All of it is left to the table. */
    synchronized void clear() {
        batches.clear();
        foundMeanwhile.clear();
        pause();
    }

    private void pause() {
        paused = true;
        pausedAt = nanos.getAsLong();
    }
}
