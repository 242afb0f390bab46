package io.gantry.agent.plan.rule;

import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWUSER;

import io.gantry.agent.plan.LauncherStep.AwaitFirstProcess;
import io.gantry.agent.plan.LauncherStep.WriteIdMap;
import io.gantry.agent.plan.Lender;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** The first process gets the users and groups of its range, which no other container of this kernel has but those that share its namespaces. */
public final class FirstProcessRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        draft = draft.with(new AwaitFirstProcess(input.own(), input.shared(), input.lender().map(Lender::pid).orElse(0)));
        return input.shares(CLONE_NEWUSER)
                ? draft
                : draft.with(new WriteIdMap("uid_map", input.slot().range()), new WriteIdMap("gid_map", input.slot().range()));
    }
}
