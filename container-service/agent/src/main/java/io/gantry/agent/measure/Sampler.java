package io.gantry.agent.measure;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.kernel.cgroup.UsageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Takes one sample of a container that runs. */
public final class Sampler {
    private static final long NANOS_PER_MICRO = 1000;
    private final Path proc;

    /** @param proc the kernel's {@code /proc} */
    public Sampler(Path proc) {
        this.proc = proc;
    }

    /**
     * @param pid its first process
     * @throws IOException also when it has ended meanwhile
     */
    public ContainerStats sample(ContainerId id, UsageFiles files, int pid, Instant now) throws IOException {
        return new ContainerStats(
                id, now, cpu(files), memory(files), io(files), KernelText.networks(Files.readString(proc.resolve(pid + "/net/dev"))), pids(files),
                pressure(files));
    }

    private ContainerStats.Cpu cpu(UsageFiles files) throws IOException {
        Map<String, Long> used = numbers(files.cpuStat());
        Map<String, Long> held = numbers(files.throttling());
        String host = Files.readString(proc.resolve("stat"));
        return new ContainerStats.Cpu(
                used.getOrDefault("usage_usec", 0L) * NANOS_PER_MICRO,
                used.getOrDefault("user_usec", 0L) * NANOS_PER_MICRO,
                used.getOrDefault("system_usec", 0L) * NANOS_PER_MICRO,
                held.getOrDefault("nr_throttled", 0L),
                held.getOrDefault("throttled_time", held.getOrDefault("throttled_usec", 0L) * NANOS_PER_MICRO),
                KernelText.hostNanos(host),
                KernelText.cores(host));
    }

    private static ContainerStats.Memory memory(UsageFiles files) throws IOException {
        Map<String, Long> parts = numbers(files.memoryStat());
        return new ContainerStats.Memory(
                number(files.memoryUsage()),
                number(files.memoryPeak()),
                KernelText.limit(text(files.memoryLimit())),
                parts.getOrDefault("total_rss", parts.getOrDefault("anon", 0L)),
                parts.getOrDefault("total_cache", parts.getOrDefault("file", 0L)),
                parts.getOrDefault("total_inactive_file", parts.getOrDefault("inactive_file", 0L)),
                hits(text(files.memoryHits()).strip()),
                numbers(files.memoryEvents()).getOrDefault("oom_kill", 0L));
    }

    /** v1 has a file with the number alone, v2 a line of its events. */
    private static long hits(String text) {
        return text.contains(" ") ? KernelText.numbers(text).getOrDefault("max", 0L) : Long.parseLong(text);
    }

    /**
     * A process takes its children's numbers over when it waits for them (exit.c, wait_task_zombie), and process 1 waits for all the others: so
     * the sum over those that run is the whole.
     */
    private ContainerStats.Io io(UsageFiles files) throws IOException {
        long read = 0;
        long written = 0;
        for (String pid : Files.readAllLines(Path.of(files.processes()))) {
            Path file = proc.resolve(pid + "/io");
            if (!Files.exists(file)) {
                continue; // ended meanwhile, or not counted by this kernel
            }
            Map<String, Long> numbers;
            try {
                numbers = KernelText.numbers(Files.readString(file));
            } catch (IOException e) {
                continue; // ended meanwhile
            }
            read += numbers.getOrDefault("read_bytes", 0L);
            written += numbers.getOrDefault("write_bytes", 0L) - numbers.getOrDefault("cancelled_write_bytes", 0L);
        }
        return Files.exists(proc.resolve("self/io")) ? new ContainerStats.Io(read, Math.max(0, written)) : null;
    }

    private static ContainerStats.Pids pids(UsageFiles files) throws IOException {
        return new ContainerStats.Pids(number(files.pidsCurrent()), KernelText.limit(text(files.pidsLimit())));
    }

    private static ContainerStats.Pressure pressure(UsageFiles files) throws IOException {
        return Files.exists(Path.of(files.cpuPressure()))
                ? new ContainerStats.Pressure(stall(files.cpuPressure()), stall(files.memoryPressure()), stall(files.ioPressure()))
                : null;
    }

    private static ContainerStats.Stall stall(String file) throws IOException {
        return KernelText.stall(text(file));
    }

    private static Map<String, Long> numbers(String file) throws IOException {
        return KernelText.numbers(text(file));
    }

    private static long number(String file) throws IOException {
        return Long.parseLong(text(file).strip());
    }

    private static String text(String file) throws IOException {
        return Files.readString(Path.of(file));
    }
}
