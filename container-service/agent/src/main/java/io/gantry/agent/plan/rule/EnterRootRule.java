package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.Pivot;
import io.gantry.agent.plan.FileSystemStep.PrivateMounts;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.PrivilegeStep.BecomeRoot;

/**
 * Into the overlay. The old root stays on top until {@link LeaveHostRule}: a procfs may be mounted in a user namespace only
 * while an unmasked one is in sight. Paths and absolute links resolve in the new root, but {@code ..} above it is the old one's root: what
 * could follow such a link and makes or changes files comes after it has gone.
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
