package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** One concern of a plan. */
@FunctionalInterface
public interface Rule {
    PlanDraft apply(PlanDraft draft, PlanInput input);
}
