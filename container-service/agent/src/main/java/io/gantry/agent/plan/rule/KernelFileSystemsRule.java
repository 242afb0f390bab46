package io.gantry.agent.plan.rule;

import static io.gantry.agent.plan.MountFlags.Flag.NODEV;
import static io.gantry.agent.plan.MountFlags.Flag.NOEXEC;
import static io.gantry.agent.plan.MountFlags.Flag.NOSUID;
import static io.gantry.agent.plan.MountFlags.Flag.RDONLY;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWIPC;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWNET;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWPID;

import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.AttachSharedMemory;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.contracts.unit.Bytes;
import java.util.List;

/** What the kernel itself shows as files, seen from the container's namespaces. */
public final class KernelFileSystemsRule implements Rule {
    private static final MountFlags DATA_ONLY = MountFlags.of(NOSUID, NODEV, NOEXEC);

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(
                new MakeFolder("/proc", 0755),
                new MakeFolder("/sys", 0755),
                new MakeFolder("/dev", 0755),
                new Attach(DevicesRule.DEVICES, "/dev", "Bring in /dev"),
                input.isHosts(CLONE_NEWPID)
                        ? new Attach(HostNamespacesRule.PROCESSES, "/proc", "Show the host's processes")
                        : new Mount("proc", "/proc", "proc", DATA_ONLY, "", "Show the processes of this pid namespace only"),
                objects(input),
                new Mount(
                        "devpts", "/dev/pts", "devpts", MountFlags.of(NOSUID, NOEXEC), "newinstance,ptmxmode=0666,mode=0620,gid=5",
                        "Pseudo-terminals of its own"),
                sharedMemory(input))
                .with(queues(input));
    }

    private static FileSystemStep objects(PlanInput input) {
        if (input.isHosts(CLONE_NEWNET)) {
            return new Attach(HostNamespacesRule.OBJECTS, "/sys", "Show the kernel's objects, the host's interfaces among them, read-only");
        }
        return input.spec().security().privileged()
                ? new Mount("sysfs", "/sys", "sysfs", DATA_ONLY, "", "Show the kernel's objects")
                : new Mount("sysfs", "/sys", "sysfs", MountFlags.of(NOSUID, NODEV, NOEXEC, RDONLY), "", "Show the kernel's objects, read-only");
    }

    /** Those of the host can be used all the same; only their names aren't shown. */
    private static List<Mount> queues(PlanInput input) {
        return input.isHosts(CLONE_NEWIPC)
                ? List.of()
                : List.of(new Mount("mqueue", "/dev/mqueue", "mqueue", DATA_ONLY, "", "Message queues of this ipc namespace"));
    }

    private static FileSystemStep sharedMemory(PlanInput input) {
        if (input.isHosts(CLONE_NEWIPC)) {
            return new Attach(HostNamespacesRule.SHARED_MEMORY, "/dev/shm", "Bring in the host's shared memory");
        }
        if (input.shares(CLONE_NEWIPC)) {
            return new AttachSharedMemory("/dev/shm", input.lender().orElseThrow().name());
        }
        Bytes size = input.spec().resources().sharedMemory();
        return new Mount(
                "shm", "/dev/shm", "tmpfs", DATA_ONLY, "mode=1777,size=" + size.value(), "Shared memory, at most " + size + ", counted as the container's");
    }
}
