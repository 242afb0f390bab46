package io.gantry.agent.execute;

import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.LauncherStep;
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
        Done done = done();
        boolean prepares = true;
        for (Step step : plan.steps()) {
            prepares &= !(step instanceof LauncherStep.HandOver);
            if (done.next(step) == null && prepares && step instanceof InsideStep) {
                return false;
            }
        }
        return done.all();
    }

    Done done() {
        return new Done(micros.entrySet().iterator());
    }

    /** Goes through a plan together with what was done: most of a plan is, and looking each of its steps up would cost more than the walk. */
    static final class Done {
        private final Iterator<Map.Entry<Step, Long>> rest;
        private Map.Entry<Step, Long> next;

        Done(Iterator<Map.Entry<Step, Long>> steps) {
            rest = steps;
            next = steps.next();
        }

        /** What the next step of a plan took, if it was done; else {@code null}. */
        Long next(Step step) {
            if (next == null || step != next.getKey() && !step.equals(next.getKey())) {
                return null;
            }
            Long took = next.getValue();
            next = rest.hasNext() ? rest.next() : null;
            return took;
        }

        boolean all() {
            return next == null;
        }
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
