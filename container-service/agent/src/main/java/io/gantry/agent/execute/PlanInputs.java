package io.gantry.agent.execute;

import io.gantry.agent.plan.HostDevice;
import io.gantry.agent.plan.Lender;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.ProcessLimits;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.kernel.cgroup.CoreSet;
import io.gantry.kernel.process.ResourceLimit;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What plans of this agent have in common. */
final class PlanInputs {
    private final RuntimeSettings settings;
    private final ContainerFolders folders;
    private final Map<ResourceLimit, Long> ceilings;
    private final Filters filters = Filters.ofThisHost();
    private final List<HostDevice> devices;

    /** @param devices of the host that this node grants */
    PlanInputs(RuntimeSettings settings, ContainerFolders folders, SystemCalls calls, List<HostDevice> devices) {
        this.settings = settings;
        this.folders = folders;
        this.devices = devices;
        ceilings =
                Arrays.stream(ResourceLimit.values())
                        .collect(Collectors.toUnmodifiableMap(each -> each, each -> calls.limits(each.number()).hard()));
    }

    /** As far as this agent can give them. */
    ProcessLimits processLimits(Desired.Container container) {
        return ProcessLimits.of(container.spec().resources().rlimits(), ceilings);
    }

    /** @throws io.gantry.kernel.cgroup.LimitUnavailable for a limit that this host can't give; @param tornLayer see {@link PlanInput} */
    PlanInput of(RunRequest request, ContainerRecord record, boolean tornLayer, Optional<Lender> lender, Optional<CoreSet> cores) {
        ContainerId id = request.container().id();
        return new PlanInput(
                request,
                record.slotName(),
                settings.range(record.rangeSlot()),
                folders.places().toString(),
                folders.names(record.slotName()).toString(),
                folders.container(id).toString(),
                folders.sockets(id).toString(),
                settings.cgroups(),
                ceilings,
                logBytes(request.container().spec().log()),
                logFiles(request.container().spec().log()),
                filters.of(request.container().spec().security()),
                DeviceNumbers.of(request.container().spec().resources().devices()),
                tornLayer,
                folders.volumes().toString(),
                settings.folderGrants(),
                devices,
                lender,
                cores,
                settings.classes().other(request.container().spec().runtime()),
                record.procView() && settings.classes().other(request.container().spec().runtime()).isEmpty(),
                HostFiles.of(request.container().spec()));
    }

    /** A log file is rotated before it grows above this. */
    long logBytes(LogPolicy policy) {
        return policy.maxSize() == null ? settings.logBytes() : policy.maxSize().value();
    }

    /** So many log files are kept. */
    int logFiles(LogPolicy policy) {
        return policy.maxFiles() == null ? settings.logFiles() : policy.maxFiles();
    }
}
