package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep.MakeCgroup;
import io.gantry.agent.plan.HostStep.SetLimit;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.kernel.cgroup.CgroupHierarchy;

/** The container's control groups with their limits, made before anything runs in them. */
public final class CgroupRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        for (CgroupHierarchy.Group above : input.host().cgroups().opened(input.limits())) {
            for (CgroupHierarchy.Setting setting : above.setup()) {
                draft = draft.with(new SetLimit(above.path(), setting));
            }
        }
        for (CgroupHierarchy.Group group : input.groups()) {
            draft = draft.with(new MakeCgroup(group.controller(), group.path()));
            for (CgroupHierarchy.Setting setting : group.setup()) {
                draft = draft.with(new SetLimit(group.path(), setting));
            }
        }
        return draft;
    }
}
