package io.gantry.agent.plan.rule;

import static io.gantry.agent.plan.MountFlags.Flag.BIND;
import static io.gantry.agent.plan.MountFlags.Flag.NODEV;
import static io.gantry.agent.plan.MountFlags.Flag.NOEXEC;
import static io.gantry.agent.plan.MountFlags.Flag.NOSUID;
import static io.gantry.agent.plan.MountFlags.Flag.RDONLY;
import static io.gantry.agent.plan.MountFlags.Flag.REMOUNT;

import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import java.util.List;

/** The container's own control groups, read-only: language runtimes read there how much memory and how many cores they have. */
public final class CgroupViewRule implements Rule {
    private static final String PLACE = "/sys/fs/cgroup";
    private static final MountFlags READ_ONLY = MountFlags.of(NOSUID, NODEV, NOEXEC, RDONLY);

    private static final MountFlags CLOSED = MountFlags.of(REMOUNT, BIND, RDONLY, NOSUID, NODEV, NOEXEC);

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        List<CgroupHierarchy.View> views = input.cgroups().views(input.limits());
        if (views.size() > 1) {
            draft = draft.with(new Mount("cgroups", PLACE, "tmpfs", MountFlags.of(NOSUID, NODEV, NOEXEC), "mode=755,size=64k", "A place for its control groups"));
        }
        for (CgroupHierarchy.View view : views) {
            draft = view.target().isEmpty() ? draft : draft.with(new MakeFolder(PLACE + "/" + view.target(), 0755));
            draft = draft.with(show(view));
        }
        return views.size() > 1 ? draft.with(new Mount("", PLACE, "", CLOSED, "", "Nothing is to be put beside them")) : draft;
    }

    private static Mount show(CgroupHierarchy.View view) {
        String place = view.target().isEmpty() ? PLACE : PLACE + "/" + view.target();
        String name = view.target().isEmpty() ? "" : view.target() + " ";
        return new Mount("cgroup", place, view.type(), READ_ONLY, view.data(), "Show its own " + name + "control group, read-only");
    }
}
