package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep.AwaitFirstProcess;
import io.gantry.agent.plan.HostStep.WriteIdMap;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.kernel.namespaces.Namespaces;

/** The first process gets the users and groups of its range, which no other container of this kernel has. */
public final class FirstProcessRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(
                new AwaitFirstProcess(Namespaces.ALL, 0),
                new WriteIdMap("uid_map", input.range()),
                new WriteIdMap("gid_map", input.range()));
    }
}
