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
import io.gantry.agent.plan.Step;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import java.util.ArrayList;
import java.util.List;

/** The container's own control groups, read-only: language runtimes read there how much memory and how many cores they have. */
final class CgroupViews {
    private static final String PLACE = "/sys/fs/cgroup";
    private static final MountFlags READ_ONLY = MountFlags.of(NOSUID, NODEV, NOEXEC, RDONLY);

    private static final MountFlags CLOSED = MountFlags.of(REMOUNT, BIND, RDONLY, NOSUID, NODEV, NOEXEC);

    private CgroupViews() {}

    static List<Step> steps(List<CgroupHierarchy.View> views) {
        List<Step> steps = new ArrayList<>();
        if (views.size() > 1) {
            steps.add(new Mount("cgroups", PLACE, "tmpfs", MountFlags.of(NOSUID, NODEV, NOEXEC), "mode=755,size=64k", "A place for its control groups"));
        }
        for (CgroupHierarchy.View view : views) {
            if (!view.target().isEmpty()) {
                steps.add(new MakeFolder(PLACE + "/" + view.target(), 0755));
            }
            steps.add(show(view));
        }
        if (views.size() > 1) {
            steps.add(new Mount("", PLACE, "", CLOSED, "", "Nothing is to be put beside them"));
        }
        return steps;
    }

    private static Mount show(CgroupHierarchy.View view) {
        String place = view.target().isEmpty() ? PLACE : PLACE + "/" + view.target();
        String name = view.target().isEmpty() ? "" : view.target() + " ";
        return new Mount("cgroup", place, view.type(), READ_ONLY, view.data(), "Show its own " + name + "control group, read-only");
    }
}
