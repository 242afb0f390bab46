package io.gantry.kernel.cgroup;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.List;
import java.util.Map;

/**
 * What a group of processes may use at most, and what it is left.
 *
 * @param cpu processor time; {@code null} is no limit
 * @param cpuWeight share under contention, 1 to 10000, v2's scale
 * @param cpuset cores, as {@code cpuset(7)} lists them; {@code null} is all
 * @param memoryNodes NUMA nodes, the same way
 * @param memory page cache included
 * @param reservation memory that is left to it; {@code null} is none
 * @param swap beyond memory; {@code null} is no limit
 * @param oomGroup out of memory ends all of it
 * @param pids processes and threads
 * @param ioWeight share of a contended disk, 1 to 10000
 * @param hugePages by the kernel's name of the size, {@code 2MB}
 */
public record Limits(
        MilliCpu cpu,
        int cpuWeight,
        String cpuset,
        String memoryNodes,
        Bytes memory,
        Bytes reservation,
        Bytes swap,
        boolean oomGroup,
        int pids,
        int ioWeight,
        List<DeviceLimit> devices,
        Map<String, Bytes> hugePages) {
    /** v2's default weight. */
    public static final int USUAL_WEIGHT = 100;

    public Limits {
        devices = List.copyOf(devices);
        hugePages = Map.copyOf(hugePages);
    }

    /** What every container has. */
    public static Limits of(Bytes memory, int pids) {
        return new Limits(null, USUAL_WEIGHT, null, null, memory, null, Bytes.ZERO, false, pids, USUAL_WEIGHT, List.of(), Map.of());
    }

    /**
     * Per second; {@code null} is no limit.
     *
     * @param name as it was asked for
     * @param number major and minor, {@code 253:0}
     */
    public record DeviceLimit(String name, String number, Long readBytes, Long writeBytes, Long readOperations, Long writeOperations) {}
}
