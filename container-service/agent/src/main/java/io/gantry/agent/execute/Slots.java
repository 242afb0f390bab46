package io.gantry.agent.execute;

import java.util.BitSet;

/** Which id ranges (and the cgroups named after them) are in use: a number each, the lowest free one first. */
final class Slots {
    private final int count;
    private final BitSet taken = new BitSet();

    Slots(int count) {
        this.count = count;
    }

    synchronized int take() {
        int slot = taken.nextClearBit(0);
        if (slot >= count) {
            throw new IllegalStateException("all " + count + " id ranges of this agent are in use");
        }
        taken.set(slot);
        return slot;
    }

    synchronized void mark(int slot) {
        taken.set(slot);
    }

    synchronized void free(int slot) {
        taken.clear(slot);
    }
}
