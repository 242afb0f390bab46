package io.gantry.agent.isolation;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the kernel says of a container.
 *
 * @param processes all of its own, without our process 1
 * @param host namespaces of the host, several for a name where the agent has its own
 * @param sensitive which of the paths that are usually masked, or read-only, this kernel has
 * @param devices the devices controller's list for it
 * @param usualDevices the same for a container that asked for nothing
 * @param memoryLimit in bytes; {@link Long#MAX_VALUE} for none
 * @param processLimit {@code max} for none
 * @param others namespaces of the node's other containers, by the containers' names
 */
record ContainerFacts(
        List<ProcessFacts> processes, Map<String, Set<String>> host, Set<String> sensitive, List<String> devices, Set<String> usualDevices,
        long memoryLimit, String processLimit, Map<String, Map<String, String>> others) {}
