package io.gantry.agent.execute;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Which id ranges (and the cgroups named after them) are in use: a number each, the lowest free one first. A container that shares another's
 * namespaces has that one's ids, and keeps them from others for as long as it runs, whether or not the other does.
 */
final class Slots {
    private final int count;
    private final BitSet taken = new BitSet();
    /** Whose ids a slot has, if they aren't its own. */
    private final Map<Integer, Integer> borrowed = new HashMap<>();

    Slots(int count) {
        this.count = count;
    }

    synchronized int take() {
        int slot = taken.nextClearBit(0);
        while (borrowed.containsValue(slot)) {
            slot = taken.nextClearBit(slot + 1);
        }
        if (slot >= count) {
            throw new IllegalStateException("all " + count + " id ranges of this agent are in use");
        }
        taken.set(slot);
        return slot;
    }

    synchronized void mark(int slot) {
        taken.set(slot);
    }

    /** Until {@code to} is freed nobody else gets the ids of {@code slot}. */
    synchronized void lend(int slot, int to) {
        borrowed.put(to, slot);
    }

    /** Others have its ids, and so may be in its namespaces. */
    synchronized boolean lent(int slot) {
        return borrowed.containsValue(slot);
    }

    /** As a container that runs, or is still to be cleaned up, has it. */
    void mark(ContainerRecord record) {
        mark(record.slot());
        if (record.lentSlot() != null) {
            lend(record.lentSlot(), record.slot());
        }
    }

    synchronized void free(int slot) {
        taken.clear(slot);
        borrowed.remove(slot);
    }
}
