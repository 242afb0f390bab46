package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.LeaveStage;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.FileSystemStep.Move;
import io.gantry.agent.plan.FileSystemStep.Pivot;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.SettingStep.SetHostname;
import io.gantry.contracts.unit.Bytes;
import java.util.List;

/**
 * Into the overlay, with what was prepared. Nothing of the host's is in sight any more: wherever a link in the image leads, it is within the
 * empty root that this begins in, or the container's own.
 */
public final class EnterRootRule implements Rule {
    private static final String PLACE = "/new";

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        Bytes shared = input.spec().resources().sharedMemory();
        draft = draft.with(new MakeFolder(PLACE, 0755), new Attach(RootFileSystemRule.ROOT, PLACE, "Bring the overlay into the container's mount table"));
        for (String prepared : List.of("/proc", "/sys", "/dev")) {
            draft = draft.with(new MakeFolder(PLACE + prepared, 0755), new Move(prepared, PLACE + prepared));
        }
        return draft.with(
                new Pivot(RootFileSystemRule.ROOT),
                new LeaveStage(),
                new SetHostname(input.hostname()),
                new Mount(
                        "shm", "/dev/shm", "tmpfs", KernelFileSystems.DATA_ONLY, "mode=1777,size=" + shared.value(),
                        "Shared memory, at most " + shared + ", counted as the container's"));
    }
}
