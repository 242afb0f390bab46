package io.gantry.kernel.cgroup;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;

/**
 * What a group of processes may use at most.
 *
 * @param cpu processor time; {@code null} is no limit
 * @param cpuWeight share under contention, 1 to 10000, v2's scale
 * @param cpuset cores, as {@code cpuset(7)} lists them; {@code null} is all
 * @param memory page cache included
 * @param pids processes and threads
 */
public record Limits(MilliCpu cpu, int cpuWeight, String cpuset, Bytes memory, int pids) {
    /** v2's default weight. */
    public static final int USUAL_WEIGHT = 100;
}
