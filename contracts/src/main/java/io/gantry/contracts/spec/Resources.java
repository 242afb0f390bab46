package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.Arrays;

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
    /** The kernel's PID_MAX_LIMIT on machines of 64 bits. */
    private static final int MOST_PIDS = 1 << 22;

    public static final Resources DEFAULT = new Resources(null, null, null, null, null);

    public Resources {
        cpuWeight = cpuWeight == null ? 100 : cpuWeight;
        memory = memory == null ? Bytes.mebi(512) : memory;
        pids = pids == null ? 4096 : pids;
        Check.within("cpuWeight", cpuWeight, 1, 10_000);
        Check.within("pids", pids, 1, MOST_PIDS);
        if (memory.value() < 4 << 20) {
            throw new BadField("memory", "memory is at least 4 MiB, got " + memory, "sizes are bytes: 67108864 for 64 MiB");
        }
        if (cpu != null && cpu.value() < 10) {
            throw new BadField("cpu", "cpu is at least 10 thousandths of a core, got " + cpu.value(), "write 500 for half a core");
        }
        if (cpuset != null && !cores(cpuset)) {
            throw new BadField("cpuset", "cpuset is a list of cores, got '" + cpuset + "'", "write for example 0-1,3");
        }
    }

    private static boolean cores(String text) {
        return text.matches("\\d{1,4}(-\\d{1,4})?(,\\d{1,4}(-\\d{1,4})?)*")
                && Arrays.stream(text.split(",")).map(part -> part.split("-")).allMatch(ends -> Integer.parseInt(ends[0]) <= Integer.parseInt(ends[ends.length - 1]));
    }
}
