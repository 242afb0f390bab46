package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.CloneHostFolder;
import io.gantry.contracts.spec.Mount;

/** Folders of the host that the node grants, owners mapped as on disk: the container's root is root there. */
public final class BindsRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        for (Mount mount : input.spec().mounts()) {
            if (mount instanceof Mount.Bind bind) {
                Handle handle = handle(bind);
                draft = draft.with(CloneHostFolder.of(bind, input.granted().folders(), RootFileSystemRule.OWNERS, handle)).handing(handle);
            }
        }
        return draft;
    }

    static Handle handle(Mount.Bind bind) {
        return new Handle("host:" + bind.target());
    }
}
