package io.gantry.agent.plan.rule;

import static io.gantry.agent.plan.MountFlags.Flag.NODEV;
import static io.gantry.agent.plan.MountFlags.Flag.NOEXEC;
import static io.gantry.agent.plan.MountFlags.Flag.NOSUID;
import static io.gantry.agent.plan.MountFlags.Flag.RDONLY;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.Step;
import java.util.List;

/** What the kernel itself shows as files, seen from the container's namespaces. */
final class KernelFileSystems {
    static final MountFlags DATA_ONLY = MountFlags.of(NOSUID, NODEV, NOEXEC);

    static final List<Step> STEPS =
            List.of(
                    new MakeFolder("/proc", 0755),
                    new MakeFolder("/sys", 0755),
                    new MakeFolder("/dev", 0755),
                    new Attach(DevicesRule.DEVICES, "/dev", "Bring in /dev"),
                    new Mount("proc", "/proc", "proc", DATA_ONLY, "", "Show the processes of this pid namespace only"),
                    new Mount(
                            "sysfs", "/sys", "sysfs", MountFlags.of(NOSUID, NODEV, NOEXEC, RDONLY), "",
                            "Show the kernel's objects, read-only"),
                    new Mount(
                            "devpts", "/dev/pts", "devpts", MountFlags.of(NOSUID, NOEXEC), "newinstance,ptmxmode=0666,mode=0620,gid=5",
                            "Pseudo-terminals of its own"),
                    new Mount("mqueue", "/dev/mqueue", "mqueue", DATA_ONLY, "", "Message queues of this ipc namespace"));

    private KernelFileSystems() {}
}
