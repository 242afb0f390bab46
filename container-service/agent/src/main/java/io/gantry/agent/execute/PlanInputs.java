package io.gantry.agent.execute;

import io.gantry.agent.plan.HostDevice;
import io.gantry.agent.plan.HostFacts;
import io.gantry.agent.plan.HostGrants;
import io.gantry.agent.plan.LayerState;
import io.gantry.agent.plan.Lender;
import io.gantry.agent.plan.LogBounds;
import io.gantry.agent.plan.PlanFolders;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.ProcessLimits;
import io.gantry.agent.plan.SizeKeeper;
import io.gantry.agent.plan.Slot;
import io.gantry.agent.plan.TerminalSize;
import io.gantry.agent.runtime.OciRuntime;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.size.SizedFolder;
import io.gantry.agent.volume.VolumeFolder;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.kernel.cgroup.CoreSet;
import io.gantry.kernel.process.ResourceLimit;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What plans of this agent have in common. */
final class PlanInputs {
    private final RuntimeSettings settings;
    private final ContainerFolders folders;
    private final Map<ResourceLimit, Long> ceilings;
    private final Filters filters;
    private final HostGrants granted;

    /** @param devices of the host that this node grants */
    PlanInputs(RuntimeSettings settings, ContainerFolders folders, SystemCalls calls, List<HostDevice> devices) {
        this.settings = settings;
        this.folders = folders;
        granted = new HostGrants(settings.folderGrants(), devices);
        // whoever has a volume there could make room for himself that nobody counts
        filters = Filters.ofThisHost(SizedFolder.isBtrfs(folders.volumes()));
        ceilings =
                Arrays.stream(ResourceLimit.values())
                        .collect(Collectors.toUnmodifiableMap(each -> each, each -> calls.limits(each.number()).hard()));
    }

    /** As far as this agent can give them. */
    ProcessLimits processLimits(Desired.Container container) {
        return ProcessLimits.of(container.spec().resources().rlimits(), ceilings);
    }

    /** Of one that runs. */
    PlanInput of(RunRequest request, ContainerRecord record, Optional<CoreSet> cores) {
        return of(request, record, LayerState.KEPT, Optional.empty(), cores, Optional.empty());
    }

    /** @throws io.gantry.kernel.cgroup.LimitUnavailable for a limit that this host can't give */
    PlanInput of(RunRequest request, ContainerRecord record, LayerState layer, Optional<Lender> lender, Optional<CoreSet> cores, Optional<TerminalSize> terminal) {
        Optional<OciRuntime> other = settings.classes().other(request.container().spec().runtime());
        byte[] filter = filters.of(request.container().spec().security());
        HostFacts host = host(request.container().spec(), record.procView() && other.isEmpty());
        return new PlanInput(
                request,
                new Slot(record.slotName(), settings.range(record.rangeSlot())),
                folders(request.container(), record),
                host,
                granted,
                log(request.container().spec().log()),
                filter,
                layer,
                lender,
                cores,
                terminal,
                other);
    }

    private PlanFolders folders(Desired.Container container, ContainerRecord record) {
        ContainerId id = container.id();
        return new PlanFolders(
                folders.places().toString(),
                folders.names(record.slotName()).toString(),
                folders.container(id).toString(),
                folders.sockets(id).toString(),
                folders.volumes().toString(),
                keepers(container));
    }

    private HostFacts host(ContainerSpec spec, boolean procView) {
        return new HostFacts(settings.cgroups(), ceilings, DeviceNumbers.of(spec.resources().devices()), procView, HostFiles.of(spec));
    }

    private Map<String, SizeKeeper> keepers(Desired.Container container) {
        Map<String, SizeKeeper> keepers = new TreeMap<>();
        layerKeeper(container).ifPresent(keeper -> keepers.put(folders.layer(container.id()).place().toString(), keeper));
        for (VolumeMount volume : container.volumes()) {
            if (volume.size() != null) {
                SizedFolder data = VolumeFolder.of(folders.volumes().resolve(volume.id().value())).sized();
                keepers.put(data.place().toString(), keeper(data));
            }
        }
        return Map.copyOf(keepers);
    }

    /** By what its writable layer is kept to a size; empty if it has none. */
    Optional<SizeKeeper> layerKeeper(Desired.Container container) {
        return container.spec().resources().disk() == null ? Optional.empty() : Optional.of(keeper(folders.layer(container.id())));
    }

    private static SizeKeeper keeper(SizedFolder folder) {
        try {
            return folder.keeper();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the policy says, or else the settings. */
    LogBounds log(LogPolicy policy) {
        return new LogBounds(
                policy.maxSize() == null ? settings.logBytes() : policy.maxSize().value(),
                policy.maxFiles() == null ? settings.logFiles() : policy.maxFiles());
    }
}
