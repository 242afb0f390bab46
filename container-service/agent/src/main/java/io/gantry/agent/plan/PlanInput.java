package io.gantry.agent.plan;

import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.Limits;
import io.gantry.kernel.namespaces.IdRange;
import java.util.List;

/**
 * All that a plan follows from.
 *
 * @param slot the container's name in the cgroup trees
 * @param folder the container's folder, which holds its writable layer, log and exit status
 * @param socketFolder its folder for sockets, with a short path
 * @param seccompFilter for its system calls, as the kernel takes it; empty for none
 * @param devices of the host that this node grants
 * @param openFiles the agent's own soft and hard limit: nobody below can have more
 */
public record PlanInput(
        RunRequest request,
        String slot,
        IdRange range,
        String folder,
        String socketFolder,
        CgroupHierarchy cgroups,
        long openFiles,
        long logBytes,
        int logFiles,
        byte[] seccompFilter,
        List<HostDevice> devices) {
    /** On a node that grants no devices. */
    public PlanInput(
            RunRequest request, String slot, IdRange range, String folder, String socketFolder, CgroupHierarchy cgroups, long openFiles,
            long logBytes, int logFiles, byte[] seccompFilter) {
        this(request, slot, range, folder, socketFolder, cgroups, openFiles, logBytes, logFiles, seccompFilter, List.of());
    }

    public ContainerSpec spec() {
        return request.container().spec();
    }

    /** Its groups, one a controller, with its limits. */
    public List<CgroupHierarchy.Group> groups() {
        Resources asked = spec().resources();
        return cgroups.groups(slot, new Limits(asked.cpu(), asked.cpuWeight(), asked.cpuset(), asked.memory(), asked.pids()));
    }

    public String hostname() {
        String asked = spec().hostname();
        return asked == null || asked.isEmpty() ? request.container().id().shortForm() : asked;
    }

    public String user() {
        return spec().user() == null ? request.container().image().config().user() : spec().user();
    }
}
