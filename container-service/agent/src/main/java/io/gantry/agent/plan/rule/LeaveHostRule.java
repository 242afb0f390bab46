package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.DetachOldRoot;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** The host's file systems go out of sight. */
public final class LeaveHostRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(new DetachOldRoot());
    }
}
