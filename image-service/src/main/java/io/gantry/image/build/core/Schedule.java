package io.gantry.image.build.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which steps may go now: those for which all is over that they need, the lowest number first, never more than a limit at once. Since none needs a higher number
 * than its own, the lowest one that isn't over always goes or is about to: there is no standing still, even if a step waits for one before it on its own.
 */
public final class Schedule {
    private final List<Set<Integer>> after;
    private final int limit;
    private final Set<Integer> waiting = new TreeSet<>();
    private final Set<Integer> over = new TreeSet<>();
    private int going;

    /**
     * @param after what each needs, the first one's, which is number 1, first
     * @param limit at least 1
     */
    public Schedule(List<Set<Integer>> after, int limit) {
        this.after = List.copyOf(after);
        this.limit = Math.max(1, limit);
        for (int number = 1; number <= after.size(); number++) {
            waiting.add(number);
        }
    }

    /** @return those that begin now, which count as going from here on */
    public List<Integer> begin() {
        List<Integer> begun = new ArrayList<>();
        for (int number : waiting) {
            if (going + begun.size() >= limit) {
                break;
            }
            if (over.containsAll(after.get(number - 1))) {
                begun.add(number);
            }
        }
        begun.forEach(waiting::remove);
        going += begun.size();
        return begun;
    }

    /** One that went has ended well. */
    public void ended(int number) {
        going--;
        over.add(number);
    }

    public boolean isOver() {
        return over.size() == after.size();
    }
}
