package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep.SetLimit;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.CoreSet;

/** Where some have cores to themselves: on its own, or off theirs. Parked processes don't know of that, and are moved. */
public final class CoresRule implements Rule {
    private static final String OTHERS = "others have the rest to themselves";
    private static final String ALONE = "to itself: no other container runs there";

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        if (input.cores().isEmpty()) {
            return draft;
        }
        CoreSet cores = input.cores().get();
        boolean alone = input.spec().resources().exclusiveCores() != null;
        for (CgroupHierarchy.Change change : input.host().cgroups().changes(input.slot().name(), input.limits(), input.limitsOn(cores))) {
            draft = draft.with(new SetLimit(change.path(), new CgroupHierarchy.Setting(change.setting().file(), change.setting().value(), alone ? ALONE : OTHERS)));
        }
        return draft;
    }
}
