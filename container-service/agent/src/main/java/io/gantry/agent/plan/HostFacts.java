package io.gantry.agent.plan;

import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.process.ResourceLimit;
import java.util.Map;

/**
 * What the host is like, as far as a container's plan follows from it.
 *
 * @param ceilings the agent's own hard limits: nobody below can have more
 * @param deviceNumbers for each disk whose rate the spec limits, {@code 253:0}
 * @param procView whether it can show the container its limits in {@code /proc}
 * @param files what {@code hosts} and the like say there, for namespaces that are the host's
 */
public record HostFacts(
        CgroupHierarchy cgroups, Map<ResourceLimit, Long> ceilings, Map<String, String> deviceNumbers, boolean procView, Map<String, String> files) {}
