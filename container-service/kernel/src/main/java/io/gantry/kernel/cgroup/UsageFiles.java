package io.gantry.kernel.cgroup;

/**
 * Where the kernel tells what a container uses; absolute paths.
 *
 * @param processes ids of the processes in it, one a line
 * @param cpuStat {@code usage_usec}, {@code user_usec}, {@code system_usec}
 * @param throttling {@code nr_throttled} and {@code throttled_time} in ns
 * @param memoryStat names and bytes, one a line
 * @param memoryEvents with {@code oom_kill}
 */
public record UsageFiles(
        String processes,
        String cpuStat,
        String throttling,
        String memoryUsage,
        String memoryPeak,
        String memoryLimit,
        String memoryHits,
        String memoryStat,
        String memoryEvents,
        String pidsCurrent,
        String pidsLimit,
        String cpuPressure,
        String memoryPressure,
        String ioPressure) {}
