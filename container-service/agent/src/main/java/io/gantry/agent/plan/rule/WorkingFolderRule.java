package io.gantry.agent.plan.rule;

import static io.gantry.agent.plan.MountFlags.Flag.BIND;
import static io.gantry.agent.plan.MountFlags.Flag.NODEV;
import static io.gantry.agent.plan.MountFlags.Flag.RDONLY;
import static io.gantry.agent.plan.MountFlags.Flag.REMOUNT;

import io.gantry.agent.plan.CommandStep.EnterFolder;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** Into the working folder, which may lie in a mount; then nothing is left to be made, and the root becomes read-only if the spec says so. */
public final class WorkingFolderRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        String asked = input.spec().workingDir();
        String folder = asked == null ? input.request().container().image().config().workingDir() : asked;
        if (!folder.equals("/")) {
            draft = draft.with(new EnterFolder(folder, true));
        }
        if (input.spec().readOnlyRoot()) {
            draft =
                    draft.with(
                            new Mount("", "/", "", MountFlags.of(REMOUNT, BIND, RDONLY, NODEV), "", "Make the root file system read-only"));
        }
        return draft;
    }
}
