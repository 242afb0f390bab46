package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep.FreshFolder;
import io.gantry.agent.plan.HostStep.MakeFolder;
import io.gantry.agent.plan.LayerState;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanFolders;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.KeepToSize;
import io.gantry.contracts.unit.Bytes;

/** The container's folders. Its writable layer lies unshifted in a 0700 folder: a setuid file in it would be real outside. */
public final class FolderRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        PlanFolders folders = input.folders();
        draft = draft.with(new MakeFolder(folders.layer(), 0700, true, "Keep the writable layer where only root can enter"));
        if (input.spec().resources().disk() != null) {
            draft = draft.with(size(input, folders.keeper(folders.layer()).bindsUs() ? null : input.spec().resources().disk()));
        }
        return draft.with(
                input.layer() == LayerState.TORN
                        ? new FreshFolder(folders.upper(), 0755, true, "The writable layer, new: the host went down while it was in use without syncing")
                        : new MakeFolder(folders.upper(), 0755, true, "The writable layer itself"),
                input.layer() == LayerState.NEW
                        ? new MakeFolder(folders.layer() + "/work", 0755, true, "Overlay's work folder")
                        : new FreshFolder(
                                folders.layer() + "/work",
                                0755,
                                true,
                                "Overlay's work folder, new for each run: the last run's mark of a volatile mount would refuse it"),
                new MakeFolder(folders.sockets(), 0700, false, "A folder with a short path for the monitor's socket"));
    }

    /** Of the writable layer. */
    static KeepToSize size(PlanInput input, Bytes size) {
        String layer = input.folders().layer();
        return new KeepToSize(layer, layer + ".image", size, "the writable layer", input.folders().keeper(layer));
    }
}
