package io.gantry.agent.measure;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.kernel.cgroup.CoreSet;
import java.util.Map;

/**
 * What all containers of a node have used up to one moment, and the node as a whole.
 *
 * @param nanos by a clock that only goes on
 * @param coreNanos time in which each of the node's cores wasn't idle, by its number
 * @param diskBytes read from and written to the node's disks
 */
record Moment(long nanos, Map<ContainerId, One> containers, Map<Integer, Long> coreNanos, long diskBytes) {
    Moment {
        containers = Map.copyOf(containers);
        coreNanos = Map.copyOf(coreNanos);
    }

    /**
     * @param pid its first process: of another run another
     * @param cores that it may run on
     */
    record One(String name, int pid, CoreSet cores, ContainerStats stats) {}
}
