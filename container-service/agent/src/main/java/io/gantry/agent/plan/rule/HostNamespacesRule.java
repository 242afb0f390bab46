package io.gantry.agent.plan.rule;

import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWIPC;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWNET;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWPID;

import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.CloneKernelTree;

/** What shows the namespaces of the host that a container is granted. Who is nobody in them can't mount it. */
public final class HostNamespacesRule implements Rule {
    static final Handle PROCESSES = new Handle("proc");
    static final Handle OBJECTS = new Handle("sys");
    static final Handle SHARED_MEMORY = new Handle("shm");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        if (input.isHosts(CLONE_NEWPID)) {
            draft = draft.with(new CloneKernelTree("/proc", false, PROCESSES, "Take along what shows the host's processes"));
        }
        if (input.isHosts(CLONE_NEWNET)) {
            draft = draft.with(new CloneKernelTree("/sys", true, OBJECTS, "Take along what shows the host's interfaces, read-only"));
        }
        if (input.isHosts(CLONE_NEWIPC)) {
            draft = draft.with(new CloneKernelTree("/dev/shm", false, SHARED_MEMORY, "Take along the host's shared memory")).handing(SHARED_MEMORY);
        }
        return draft;
    }
}
