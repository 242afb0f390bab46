package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep.AwaitMonitor;
import io.gantry.agent.plan.HostStep.HandOver;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** The end of the host's part. */
public final class HandOverRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(new AwaitMonitor(), new HandOver(draft.handles()));
    }
}
