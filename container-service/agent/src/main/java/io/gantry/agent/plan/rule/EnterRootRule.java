package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.Pivot;
import io.gantry.agent.plan.FileSystemStep.PrivateMounts;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.PrivilegeStep.BecomeRoot;

/**
 * Into the overlay. The old root stays on top until {@link LeaveHostRule}: a procfs may be mounted in a user namespace only
 * while an unmasked one is in sight. But paths resolve in the new root, so a link in the image leads nowhere else.
 */
public final class EnterRootRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(
                new BecomeRoot(),
                new PrivateMounts(),
                new Attach(RootFileSystemRule.ROOT, "/", "Bring the overlay into the container's mount table"),
                new Pivot(RootFileSystemRule.ROOT));
    }
}
