package io.gantry.agent.plan.rule;

import static io.gantry.agent.plan.MountFlags.Flag.NODEV;
import static io.gantry.agent.plan.MountFlags.Flag.NOEXEC;
import static io.gantry.agent.plan.MountFlags.Flag.NOSUID;
import static io.gantry.agent.plan.MountFlags.Flag.RDONLY;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.Staging;
import io.gantry.agent.plan.Step;
import java.util.ArrayList;
import java.util.List;

/** What the kernel itself shows as files, seen from the container's namespaces. */
final class KernelFileSystems {
    static final MountFlags DATA_ONLY = MountFlags.of(NOSUID, NODEV, NOEXEC);

    private KernelFileSystems() {}

    static List<Step> steps(Staging staging) {
        List<Step> steps = new ArrayList<>();
        steps.add(new MakeFolder("/proc", 0755));
        steps.add(new MakeFolder("/sys", 0755));
        steps.add(new MakeFolder("/dev", 0755));
        steps.add(new Attach(DevicesRule.DEVICES, "/dev", "Bring in /dev"));
        steps.add(processes(staging));
        steps.add(objects(staging));
        steps.add(
                new Mount(
                        "devpts", "/dev/pts", "devpts", MountFlags.of(NOSUID, NOEXEC), "newinstance,ptmxmode=0666,mode=0620,gid=5",
                        "Pseudo-terminals of its own"));
        if (!staging.hostIpc()) {
            // those of the host can be used all the same; only their names aren't shown
            steps.add(new Mount("mqueue", "/dev/mqueue", "mqueue", DATA_ONLY, "", "Message queues of this ipc namespace"));
        }
        return steps;
    }

    private static Step processes(Staging staging) {
        return staging.hostPid()
                ? new Attach(HostNamespacesRule.PROCESSES, "/proc", "Show the host's processes")
                : new Mount("proc", "/proc", "proc", DATA_ONLY, "", "Show the processes of this pid namespace only");
    }

    private static Step objects(Staging staging) {
        if (staging.hostNetwork()) {
            return new Attach(HostNamespacesRule.OBJECTS, "/sys", "Show the kernel's objects, the host's interfaces among them, read-only");
        }
        return staging.privileged()
                ? new Mount("sysfs", "/sys", "sysfs", DATA_ONLY, "", "Show the kernel's objects")
                : new Mount("sysfs", "/sys", "sysfs", MountFlags.of(NOSUID, NODEV, NOEXEC, RDONLY), "", "Show the kernel's objects, read-only");
    }
}
