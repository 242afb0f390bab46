package io.gantry.gateway.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The past of many partitions as one, in the order of time: of each it needs the next entry to know which is the earliest. Entries of one
 * partition stay in its order, whatever their times. Pure; not thread-safe.
 */
final class TimeOrder {
    /** Whoever has so many waiting needn't be read. */
    private static final int ENOUGH = 500;

    private final List<Deque<Entry>> waiting;
    private final long[] reached;
    private final long[] ends;
    private final PriorityQueue<Deque<Entry>> heads = new PriorityQueue<>(Comparator.comparing(queue -> queue.peek().time()));
    /** Partitions of which the next entry isn't known. */
    private int awaited;

    /** @param from and {@code ends}: by partition, the next offset to be read, and the first that is no past any more */
    TimeOrder(long[] from, long[] ends) {
        reached = from.clone();
        this.ends = ends.clone();
        waiting = IntStream.range(0, from.length).<Deque<Entry>>mapToObj(_ -> new ArrayDeque<>()).toList();
        awaited = (int) IntStream.range(0, from.length).filter(this::awaited).count();
    }

    private boolean awaited(int partition) {
        return waiting.get(partition).isEmpty() && reached[partition] < ends[partition];
    }

    /** Entries of one partition come in its order. */
    void add(Entry entry) {
        Deque<Entry> queue = waiting.get(entry.partition());
        awaited -= awaited(entry.partition()) ? 1 : 0;
        queue.add(entry);
        reached[entry.partition()] = entry.offset() + 1;
        if (queue.size() == 1) {
            heads.add(queue);
        }
    }

    /** A partition has been read so far, also where nothing was there to be read. */
    void reached(int partition, long offset) {
        awaited -= awaited(partition) ? 1 : 0;
        reached[partition] = Math.max(reached[partition], offset);
        awaited += awaited(partition) ? 1 : 0;
    }

    /** The earliest; empty while there may be an earlier one that hasn't been read. */
    Optional<Entry> next() {
        if (awaited > 0 || heads.isEmpty()) {
            return Optional.empty();
        }
        Deque<Entry> queue = heads.poll();
        Entry entry = queue.poll();
        if (!queue.isEmpty()) {
            heads.add(queue);
        }
        awaited += awaited(entry.partition()) ? 1 : 0;
        return Optional.of(entry);
    }

    /** All that was past is told. */
    boolean done() {
        return awaited == 0 && heads.isEmpty();
    }

    List<Integer> full() {
        List<Integer> full = new ArrayList<>();
        for (int partition = 0; partition < ends.length; partition++) {
            if (waiting.get(partition).size() >= ENOUGH) {
                full.add(partition);
            }
        }
        return full;
    }
}
