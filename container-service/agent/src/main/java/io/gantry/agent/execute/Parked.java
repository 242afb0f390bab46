package io.gantry.agent.execute;

import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.Step;
import java.util.Iterator;
import java.util.Map;

/**
 * A start that was begun before anybody asked for it: a process in namespaces of its own that waits to become somebody's first. Used once.
 *
 * @param slot taken by it
 * @param micros what was done, and what each step took
 */
record Parked(int slot, Execution execution, Map<Step, Long> micros) implements AutoCloseable {
    /** A plan that has all that was done, in the order in which it was done, and nothing else for the first process to prepare. */
    boolean fits(Plan plan) {
        Iterator<Step> done = execution.plan().steps().iterator();
        Step next = done.next();
        for (Step step : plan.steps()) {
            if (step.equals(next)) {
                if (!done.hasNext()) {
                    return plan.ahead().equals(execution.plan().ahead());
                }
                next = done.next();
            }
        }
        return false;
    }

    boolean waits() {
        return execution.waits();
    }

    /** It isn't needed: all is undone. */
    @Override
    public void close() {
        IllegalStateException trouble = new IllegalStateException("a parked process could not be taken back in every part");
        execution.undoAll(trouble);
        execution.close();
        if (trouble.getSuppressed().length > 0) {
            throw trouble;
        }
    }
}
