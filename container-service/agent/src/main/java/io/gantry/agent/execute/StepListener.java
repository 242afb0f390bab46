package io.gantry.agent.execute;

import io.gantry.agent.plan.Step;

/** Hears of each step the agent has done; what it throws is a failure of that step. */
@FunctionalInterface
public interface StepListener {
    StepListener NONE = (index, step) -> {};

    void done(int index, Step step);
}
