package io.gantry.agent.isolation;

import io.gantry.agent.measure.ProcFile;
import io.gantry.agent.plan.rule.MaskingRule;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads procfs and cgroupfs of this host. What ends meanwhile is left out. */
final class FactReader {
    private static final Path PROC = Path.of("/proc");
    private static final List<String> NAMESPACES = List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup");
    /** v1 writes no limit as the largest multiple of a page. */
    private static final long NO_LIMIT = Long.MAX_VALUE >> 1;

    private final CgroupHierarchy cgroups;

    FactReader(CgroupHierarchy cgroups) {
        this.cgroups = cgroups;
    }

    /**
     * @param slot whose groups are the container's
     * @param first its first process
     * @param others first processes of the node's other containers, by name
     * @throws IOException if nothing of it is there any more
     */
    ContainerFacts read(String slot, int first, Map<String, Integer> others) throws IOException {
        List<ProcessFacts> processes = new ArrayList<>();
        Set<Integer> all = new HashSet<>(Set.of(first));
        Files.readAllLines(Path.of(cgroups.unified(slot), "cgroup.procs")).forEach(pid -> all.add(Integer.parseInt(pid)));
        for (int pid : all) {
            if (!(pid == first && all.size() > 1 && isOurs(pid))) {
                process(pid).ifPresent(processes::add);
            }
        }
        if (processes.isEmpty()) {
            throw new NoSuchFileException("/proc/" + first);
        }
        Path group = PROC.resolve(Integer.toString(processes.getFirst().pid())).resolve("cgroup");
        Map<String, String> groups = Files.readAllLines(group).stream()
                .map(line -> line.split(":", 3))
                .collect(Collectors.toMap(parts -> parts[1], parts -> parts[2], (one, _) -> one));
        return new ContainerFacts(
                List.copyOf(processes), host(), sensitive(), List.of(controller(groups, "devices", "devices.list").split("\n")), usualDevices(),
                limit(memory(groups)), controller(groups, "pids", "pids.max"), namespaces(others));
    }

    /** Its program is its parent's, the monitor's, which is outside: our process 1, which executes nothing. No name says that, names can be chosen. */
    private boolean isOurs(int pid) {
        try {
            String parent = ProcessFacts.status(ProcFile.lines(proc(pid, "status"))).get("PPid");
            return Files.isSameFile(proc(pid, "exe"), PROC.resolve(parent).resolve("exe"));
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<ProcessFacts> process(int pid) {
        try {
            return Optional.of(new ProcessFacts(
                    pid, namespaces(Integer.toString(pid)), ProcessFacts.status(ProcFile.lines(proc(pid, "status"))),
                    Files.readAllLines(proc(pid, "uid_map")), ProcFile.lines(proc(pid, "mountinfo")).stream().map(MountPoint::parse).toList()));
        } catch (IOException e) {
            return Optional.empty(); // it has ended, or just does
        }
    }

    private static Path proc(int pid, String file) {
        return PROC.resolve(Integer.toString(pid)).resolve(file);
    }

    private static Map<String, String> namespaces(String process) throws IOException {
        Map<String, String> links = new HashMap<>();
        for (String name : NAMESPACES) {
            links.put(name, Files.readSymbolicLink(PROC.resolve(process).resolve("ns").resolve(name)).toString());
        }
        return Map.copyOf(links);
    }

    private static Map<String, Map<String, String>> namespaces(Map<String, Integer> others) {
        Map<String, Map<String, String>> all = new TreeMap<>();
        others.forEach((name, pid) -> {
            try {
                all.put(name, namespaces(Integer.toString(pid)));
            } catch (IOException e) {
                all.remove(name); // it has ended, or just does
            }
        });
        return all;
    }

    /** The agent's, and those of the first process it sees if it may look: a node may be a network namespace of a larger host. */
    private static Map<String, Set<String>> host() throws IOException {
        Map<String, Set<String>> all = new HashMap<>();
        namespaces("self").forEach((name, link) -> all.computeIfAbsent(name, _ -> new HashSet<>()).add(link));
        try {
            namespaces("1").forEach((name, link) -> all.get(name).add(link));
        } catch (AccessDeniedException e) {
            return Map.copyOf(all); // it has a capability that the agent lacks: what we share with it is known from us
        }
        return Map.copyOf(all);
    }

    private static Set<String> sensitive() {
        return Stream.concat(MaskingRule.MASKED.stream(), MaskingRule.READ_ONLY.stream()).filter(path -> Files.exists(Path.of(path))).collect(Collectors.toSet());
    }

    private Set<String> usualDevices() {
        return cgroups.roots().stream()
                .filter(root -> root.controller().equals("devices"))
                .flatMap(root -> root.setup().stream())
                .filter(setting -> setting.file().equals("devices.allow"))
                .map(CgroupHierarchy.Setting::value)
                .collect(Collectors.toSet());
    }

    private String controller(Map<String, String> groups, String controller, String file) throws IOException {
        Path mount = Path.of(cgroups.proof(controller).file()).getParent();
        // with v2 alone all are in the one group
        Path group = Path.of(mount + groups.getOrDefault(controller, groups.getOrDefault("", "/")));
        // the root group has no limits
        return Files.exists(group.resolve(file)) ? Files.readString(group.resolve(file)).strip() : "max";
    }

    private String memory(Map<String, String> groups) throws IOException {
        String limit = controller(groups, "memory", "memory.limit_in_bytes");
        return limit.equals("max") ? controller(groups, "memory", "memory.max") : limit;
    }

    private static long limit(String text) {
        long bytes = text.equals("max") ? Long.MAX_VALUE : Long.parseLong(text);
        return bytes >= NO_LIMIT ? Long.MAX_VALUE : bytes;
    }
}
