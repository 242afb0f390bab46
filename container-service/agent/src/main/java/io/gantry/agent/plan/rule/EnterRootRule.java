package io.gantry.agent.plan.rule;

import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWIPC;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWUTS;

import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.AttachSharedMemory;
import io.gantry.agent.plan.FileSystemStep.CoverRoot;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.FileSystemStep.Move;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.SettingStep.SetDomainname;
import io.gantry.agent.plan.SettingStep.SetHostname;
import io.gantry.contracts.unit.Bytes;
import java.util.List;

/**
 * Into the overlay, with what was prepared. Nothing of the host's is in sight any more: wherever a link in the image leads, it is within the
 * empty root that this begins in, or the container's own.
 */
public final class EnterRootRule implements Rule {
    private static final String PLACE = "/new";
    private static final String SHARED_MEMORY = "/dev/shm";

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        draft = draft.with(new MakeFolder(PLACE, 0755), new Attach(RootFileSystemRule.ROOT, PLACE, "Bring the overlay into the container's mount table"));
        for (String prepared : List.of("/proc", "/sys", "/dev")) {
            draft = draft.with(new MakeFolder(PLACE + prepared, 0755), new Move(prepared, PLACE + prepared));
        }
        draft = draft.with(new CoverRoot(RootFileSystemRule.ROOT));
        if (input.owns(CLONE_NEWUTS)) {
            draft = draft.with(new SetHostname(input.hostname()));
            draft = input.domainname().isEmpty() ? draft : draft.with(new SetDomainname(input.domainname()));
        }
        return draft.with(sharedMemory(input));
    }

    private static FileSystemStep sharedMemory(PlanInput input) {
        if (input.isHosts(CLONE_NEWIPC)) {
            return new Attach(HostNamespacesRule.SHARED_MEMORY, SHARED_MEMORY, "Bring in the host's shared memory");
        }
        if (input.shares(CLONE_NEWIPC)) {
            return new AttachSharedMemory(SHARED_MEMORY, input.lender().orElseThrow().name());
        }
        Bytes size = input.spec().resources().sharedMemory();
        return new Mount(
                "shm", SHARED_MEMORY, "tmpfs", KernelFileSystems.DATA_ONLY, "mode=1777,size=" + size.value(),
                "Shared memory, at most " + size + ", counted as the container's");
    }
}
