package io.gantry.agent.main;

import io.gantry.contracts.unit.Architecture;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.MountedCgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this machine is, read once from {@code /proc} and {@code /sys}.
 *
 * @param boot changes when the machine restarts
 */
record Host(MilliCpu cpu, Bytes memory, String architecture, String kernel, String boot) {
    static Host read() throws IOException {
        return new Host(
                new MilliCpu(1000L * Runtime.getRuntime().availableProcessors()),
                memoryOfThisHost(),
                Architecture.here(),
                line(Path.of("/proc/sys/kernel/osrelease")),
                line(Path.of("/proc/sys/kernel/random/boot_id")));
    }

    static String name() throws IOException {
        return line(Path.of("/proc/sys/kernel/hostname"));
    }

    static CgroupHierarchy cgroups(String parent, String node) {
        return MountedCgroups.usual().hierarchy(parent, node);
    }

    /** {@code MemTotal:  16311768 kB} (proc_meminfo(5)). */
    private static Bytes memoryOfThisHost() throws IOException {
        for (String row : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (row.startsWith("MemTotal:")) {
                return new Bytes(Long.parseLong(row.replaceAll("\\D", "")) << 10);
            }
        }
        throw new IOException("/proc/meminfo has no MemTotal");
    }

    private static String line(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
