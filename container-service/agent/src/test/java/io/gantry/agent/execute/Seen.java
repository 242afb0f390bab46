package io.gantry.agent.execute;

import io.gantry.kernel.mount.ServedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Processes as the kernel sees them: of two that were made alike it says the same. */
final class Seen {
    private Seen() {}

    /** All the kernel says of a process that follows from how it was made, without the ids that differ by their nature. */
    static Map<String, String> of(long pid) throws IOException {
        Map<String, String> seen = new TreeMap<>();
        String proc = "/proc/" + pid + "/";
        seen.put("status", status(text(proc + "status")));
        seen.put("uid_map", ids(text(proc + "uid_map")));
        seen.put("gid_map", ids(text(proc + "gid_map")));
        seen.put("mountinfo", mounts(text(proc + "mountinfo")));
        seen.put("cgroup", text(proc + "cgroup").replaceAll("(s\\d{5}|byhand)\\b", "SLOT"));
        seen.put("limits", text(proc + "limits"));
        seen.put("environ", String.join("\n", Stream.of(text(proc + "environ").split("\0")).sorted().toList()));
        seen.put("oom_score_adj", text(proc + "oom_score_adj"));
        seen.put("cwd", Files.readSymbolicLink(Path.of(proc + "cwd")).toString());
        seen.put("attr", text(proc + "attr/current"));
        seen.put("ns", namespaces(proc));
        groups(proc, seen);
        return seen;
    }

    /** Which namespaces are not this process's own. */
    private static String namespaces(String proc) throws IOException {
        List<String> others = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of(proc + "ns"))) {
            for (Path each : all.sorted().toList()) {
                if (!Files.readSymbolicLink(each).equals(Files.readSymbolicLink(Path.of("/proc/self/ns", each.getFileName().toString())))) {
                    others.add(each.getFileName().toString());
                }
            }
        }
        return String.join(" ", others);
    }

    /** Without numbers of processes, use of memory and switches. */
    private static String status(String text) {
        return String.join(
                "\n",
                text.lines()
                        .filter(line -> !line.matches("(Tgid|Ngid|Pid|PPid|NSpid|NStgid|NSpgid|NSsid|Vm\\w+|Rss\\w+|SigQ|\\w*ctxt_switches|FDSize|Hugetlb\\w+):.*"))
                        .map(line -> line.matches("(Uid|Gid|Groups):.*") ? relative(line) : line)
                        .toList());
    }

    /** Ids of the host, counted from the range's first. */
    private static String relative(String line) {
        StringBuilder text = new StringBuilder();
        for (String word : line.split("\\s+")) {
            text.append(word.matches("\\d+") ? Long.toString(Long.parseLong(word) % 65_536) : word).append(' ');
        }
        return text.toString().strip();
    }

    private static String ids(String map) {
        return map.strip().replaceAll("\\s+", " ").replaceAll(" \\d+ (\\d+)$", " FIRST $1");
    }

    /** Without what a monitor tells of limits, what our process 1 is in the container of another runtime, numbers of mounts (by which they are listed) and devices, the container's own folder, and which descriptors the layers came by. */
    private static String mounts(String text) {
        return String.join(
                "\n",
                text.lines()
                        .filter(line -> !line.contains(" /dev/gantry-init ") && !line.contains(" - " + ServedFiles.TYPE + " "))
                        .map(line -> line.replaceAll("^\\d+ \\d+ \\d+:\\d+ ", ""))
                        .map(line -> line.replaceAll("/[^ ]*(byhand|s\\d{5}|containers/[0-9a-f]{64})/", "FOLDER/"))
                        .map(line -> line.replaceAll("=/proc/self/fd/\\d+|=/tmp/tmp\\.\\w+/\\w+(/upper|/work)?", "=LAYER"))
                        .map(line -> line.replaceAll("/(s\\d{5}|byhand) ", "/SLOT "))
                        .map(line -> line.replaceAll("([ug]id)=\\d+", "$1=FIRST"))
                        .sorted()
                        .toList());
    }

    private static void groups(String proc, Map<String, String> seen) throws IOException {
        for (String line : Files.readAllLines(Path.of(proc + "cgroup"))) {
            String[] parts = line.split(":", 3);
            Path group = Path.of("/sys/fs/cgroup", parts[1].isEmpty() ? "unified" : parts[1], parts[2]);
            for (String file :
                    List.of("memory.limit_in_bytes", "cpu.shares", "cpu.cfs_quota_us", "cpu.cfs_period_us", "pids.max", "devices.list", "cpuset.cpus", "cpuset.mems")) {
                if (Files.exists(group.resolve(file))) {
                    seen.put(parts[1] + " " + file, text(group.resolve(file).toString()));
                }
            }
        }
    }

    static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}
