package io.gantry.agent.execute;

import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kernel.process.ResourceLimit;
import io.gantry.kernel.seccomp.DefaultProfile;
import io.gantry.kernel.syscall.SystemCalls;

/** What plans of this agent have in common. */
final class PlanInputs {
    private final RuntimeSettings settings;
    private final ContainerFolders folders;
    private final long openFiles;
    private final byte[] filter = DefaultProfile.filter();

    PlanInputs(RuntimeSettings settings, ContainerFolders folders, SystemCalls calls) {
        this.settings = settings;
        this.folders = folders;
        openFiles = calls.limits(ResourceLimit.NOFILE.number()).hard();
    }

    /** @param tornLayer see {@link PlanInput} */
    PlanInput of(RunRequest request, ContainerRecord record, boolean tornLayer) {
        ContainerId id = request.container().id();
        return new PlanInput(
                request,
                record.slotName(),
                settings.range(record.slot()),
                folders.container(id).toString(),
                folders.sockets(id).toString(),
                settings.cgroups(),
                openFiles,
                settings.logBytes(),
                settings.logFiles(),
                filter,
                tornLayer);
    }
}
