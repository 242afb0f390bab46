package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.HostStep.MakeFolder;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.CloneTree;
import io.gantry.agent.plan.TreeStep.FillVolume;
import io.gantry.agent.plan.TreeStep.KeepToSize;
import io.gantry.contracts.spec.VolumeMount;

/**
 * The container's volumes, mapped so that owners on disk stay unshifted; an empty one gets what the image has in its place. Like the
 * writable layer they lie in a folder that only root can enter.
 */
public final class VolumesRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        for (VolumeMount volume : input.request().container().volumes()) {
            String folder = input.folders().volumes() + "/" + volume.id();
            Handle handle = handle(volume);
            draft =
                    draft.with(
                            new MakeFolder(folder, 0700, true, "Keep volume " + volume.name() + " where only root can enter"),
                            new MakeFolder(folder + "/data", 0755, true, "The volume itself"));
            if (volume.size() != null) {
                draft = draft.with(new KeepToSize(folder + "/data", folder + "/image", volume.size(), "the volume", input.folders().keeper(folder + "/data")));
            }
            if (volume.copy()) {
                draft = draft.with(new FillVolume(RootFileSystemRule.ROOT, volume.target(), folder, input.slot().range()));
            }
            draft = draft.with(new CloneTree(folder + "/data", RootFileSystemRule.OWNERS, volume.readOnly(), handle, "Map its owners")).handing(handle);
        }
        return draft;
    }

    static Handle handle(VolumeMount volume) {
        return new Handle("volume:" + volume.target());
    }
}
