package io.gantry.contracts.spec;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;

/**
 * Limits on one container. What is requested of the node for placement is {@code cpu} and {@code memory}.
 *
 * @param cpu at most this much processor time; {@code null} is no limit
 * @param cpuWeight share under contention, 1 to 10000, cgroup v2's scale; 100 by default
 * @param cpuset cores it may run on, {@code "0-1,3"}; {@code null} is all
 * @param memory at most this much memory, page cache included; 512 MiB by default, so that no container can take the host
 * @param pids at most this many processes and threads; 4096 by default
 */
public record Resources(MilliCpu cpu, Integer cpuWeight, String cpuset, Bytes memory, Integer pids) {
    public static final Resources DEFAULT = new Resources(null, null, null, null, null);

    public Resources {
        cpuWeight = cpuWeight == null ? 100 : cpuWeight;
        memory = memory == null ? Bytes.mebi(512) : memory;
        pids = pids == null ? 4096 : pids;
        if (cpuWeight < 1 || cpuWeight > 10_000) {
            throw new IllegalArgumentException("resources.cpuWeight is 1 to 10000, got " + cpuWeight);
        }
        if (pids < 1) {
            throw new IllegalArgumentException("resources.pids is at least 1, got " + pids);
        }
        if (memory.value() < 4 << 20) {
            throw new IllegalArgumentException("resources.memory is at least 4 MiB, got " + memory);
        }
        if (cpu != null && cpu.value() < 10) {
            throw new IllegalArgumentException("resources.cpu is at least 10 thousandths of a core, got " + cpu.value());
        }
        if (cpuset != null && !cpuset.matches("\\d+(-\\d+)?(,\\d+(-\\d+)?)*")) {
            throw new IllegalArgumentException("resources.cpuset looks like 0-1,3, got '" + cpuset + "'");
        }
    }
}
