package io.gantry.agent.execute;

import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.Step;
import java.util.Map;

/**
 * A start that was begun before anybody asked for it: a process in namespaces of its own that waits to become somebody's first. Used once.
 *
 * @param slot taken by it
 * @param micros what was done, and what each step took
 */
record Parked(int slot, Execution execution, Map<Step, Long> micros) implements AutoCloseable {
    boolean fits(Plan plan) {
        return plan.steps().containsAll(micros.keySet()) && plan.ahead().equals(execution.plan().ahead());
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
