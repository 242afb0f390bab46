package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.LauncherStep.AwaitMonitor;
import io.gantry.agent.plan.LauncherStep.Release;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** The end of the host's part: there is a network, and somebody who will keep what the command writes. */
public final class ReleaseRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(new AwaitMonitor(), new Release());
    }
}
