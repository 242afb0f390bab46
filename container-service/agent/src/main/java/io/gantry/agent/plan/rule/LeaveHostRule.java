package io.gantry.agent.plan.rule;

import static io.gantry.agent.plan.MountFlags.Flag.BIND;
import static io.gantry.agent.plan.MountFlags.Flag.RDONLY;
import static io.gantry.agent.plan.MountFlags.Flag.REMOUNT;

import io.gantry.agent.plan.CommandStep.EnterFolder;
import io.gantry.agent.plan.FileSystemStep.DetachOldRoot;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** The host's file systems go out of sight, and the root becomes read-only if the spec says so. */
public final class LeaveHostRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        String asked = input.spec().workingDir();
        String folder = asked == null ? input.request().container().image().config().workingDir() : asked;
        draft = draft.with(new DetachOldRoot());
        if (!folder.equals("/")) {
            draft = draft.with(new EnterFolder(folder));
        }
        if (input.spec().readOnlyRoot()) {
            draft =
                    draft.with(
                            new Mount("", "/", "", MountFlags.of(REMOUNT, BIND, RDONLY), "", "Make the root file system read-only"));
        }
        return draft;
    }
}
