package io.gantry.agent.oci.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the kernel says of a process, without what differs from one to the next anyway: one text for each thing. */
final class Seen {
    private static final List<String> STATUS =
            List.of("Umask", "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters");
    private static final List<String> LIMITS =
            List.of(
                    "memory/memory.limit_in_bytes", "memory/memory.soft_limit_in_bytes", "memory/memory.swappiness", "pids/pids.max", "cpu/cpu.shares", "cpu/cpu.cfs_quota_us",
                    "cpu/cpu.cfs_period_us", "cpuset/cpuset.cpus", "cpuset/cpuset.mems", "devices/devices.list");
    private static final List<String> NAMESPACES = List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts");

    private Seen() {}

    static Map<String, String> of(int pid) throws IOException {
        Path proc = Path.of("/proc/" + pid);
        Map<String, String> seen = new TreeMap<>();
        for (String line : Files.readAllLines(proc.resolve("status"))) {
            String name = line.substring(0, line.indexOf(':'));
            if (STATUS.contains(name)) {
                seen.put("status " + name, line.substring(name.length() + 1).strip());
            }
            if (name.equals("NSpid")) {
                seen.put("status NSpid", line.substring(name.length() + 1).strip().split("\\s+").length + " levels");
            }
        }
        seen.put("limits", Files.readString(proc.resolve("limits")));
        seen.put("uid_map", Files.readString(proc.resolve("uid_map")));
        seen.put("gid_map", Files.readString(proc.resolve("gid_map")));
        seen.put("oom_score_adj", Files.readString(proc.resolve("oom_score_adj")).strip());
        seen.put("cwd", Files.readSymbolicLink(proc.resolve("cwd")).toString());
        seen.put("environ", Arrays.stream(Files.readString(proc.resolve("environ")).split("\0")).sorted().collect(Collectors.joining(" ")));
        for (String kind : NAMESPACES) {
            boolean own = !Files.readSymbolicLink(proc.resolve("ns/" + kind)).equals(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)));
            seen.put("namespace " + kind, own ? "its own" : "the host's");
        }
        for (String line : Files.readAllLines(proc.resolve("mountinfo"))) {
            mount(line, seen);
        }
        limits(proc, seen);
        return seen;
    }

    /** proc_pid_mountinfo(5): options, type and the file system's own, propagation without numbers. */
    private static void mount(String line, Map<String, String> seen) {
        String[] halves = line.split(" - ");
        String[] fields = halves[0].split(" ");
        String[] system = halves[1].split(" ");
        String spread = Arrays.stream(fields).skip(6).map(word -> word.replaceAll(":\\d+", "")).collect(Collectors.joining(" "));
        String options = Arrays.stream((fields[5]).split(",")).sorted().collect(Collectors.joining(","));
        String own = system.length < 3 ? "" : Arrays.stream(system[2].split(",")).sorted().collect(Collectors.joining(","));
        seen.merge("mount " + fields[4], "%s %s (%s) %s".formatted(system[0], options, own, spread).strip(), (below, above) -> below + "; above it " + above);
    }

    private static void limits(Path proc, Map<String, String> seen) throws IOException {
        Map<String, String> groups = new TreeMap<>();
        for (String line : Files.readAllLines(proc.resolve("cgroup"))) {
            String[] parts = line.split(":", 3);
            groups.put(parts[1].replace("name=", ""), parts[2]);
        }
        groups.forEach((controller, path) -> seen.put("group " + (controller.isEmpty() ? "unified" : controller), path.endsWith("/same") ? "its own" : "not its own"));
        for (String limit : LIMITS) {
            String controller = limit.substring(0, limit.indexOf('/'));
            Path file = Path.of("/sys/fs/cgroup", controller, groups.getOrDefault(controller, "/"), limit.substring(limit.indexOf('/') + 1));
            seen.put("limit " + limit, Files.readAllLines(file).stream().sorted().collect(Collectors.joining(", ")));
        }
    }
}
