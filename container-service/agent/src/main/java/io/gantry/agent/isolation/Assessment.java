package io.gantry.agent.isolation;

import static io.gantry.contracts.view.IsolationView.Grade.*;

import io.gantry.agent.plan.rule.MaskingRule;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Capability;
import io.gantry.contracts.view.IsolationView.Finding;
import io.gantry.contracts.view.IsolationView.Grade;
import io.gantry.kernel.capabilities.CapabilitySets;
import io.gantry.kernel.mount.ServedFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What facts are worth. Pure. Of several processes the weakest counts. */
final class Assessment {
    private static final Set<String> OWN_FILES = Set.of("/etc/hosts", "/etc/hostname", "/etc/resolv.conf");
    /** Made for the container by the kernel, or empty; none of them shows files of the host. */
    private static final Set<String> OWN_TYPES = Set.of("proc", "sysfs", "tmpfs", "devpts", "mqueue", "overlay", ServedFiles.TYPE);
    private static final String WHOLE_LIST = "a *:* rwm";

    private final ContainerFacts facts;

    private Assessment(ContainerFacts facts) {
        this.facts = facts;
    }

    static List<Finding> of(ContainerFacts facts) {
        Assessment all = new Assessment(facts);
        return List.of(
                all.users(),
                all.namespace("pid", D, "it neither sees nor signals a process outside"),
                all.namespace("mnt", D, "it sees no file system of the host's"),
                all.namespace("net", D, "it has interfaces, ports and abstract sockets of its own"),
                all.namespace("ipc", C, "it shares no memory and no queues"),
                all.namespace("uts", C, "it can't name the host"),
                all.namespace("cgroup", C, "it doesn't see the groups of others"),
                all.capabilities(),
                all.noNewPrivileges(),
                all.filter(),
                all.masks(),
                all.readOnly(),
                all.sysfs(),
                all.mounts(),
                all.devices(),
                all.memory(),
                all.processes());
    }

    static Grade worst(List<Finding> findings) {
        return findings.stream().map(Finding::grade).max(Comparator.naturalOrder()).orElseThrow();
    }

    private Finding users() {
        String why = "root inside is nobody outside, so that what gets out can do nothing";
        Finding namespace = namespace("user", F, why);
        if (namespace.grade() == F) {
            return namespace;
        }
        // "inside outside length"
        List<long[]> maps = facts.processes().stream()
                .flatMap(process -> process.userMap().stream())
                .map(line -> List.of(line.strip().split("\\s+")).stream().mapToLong(Long::parseLong).toArray())
                .toList();
        boolean root = maps.stream().anyMatch(map -> map[1] == 0);
        long[] map = maps.getFirst();
        String found = root ? "the host's root is a user of it" : "users %d to %d are %d to %d outside".formatted(map[0], map[0] + map[2] - 1, map[1], map[1] + map[2] - 1);
        return new Finding("user-namespace", root ? F : namespace.grade(), namespace.grade() == A ? found : namespace.found() + ": " + found, why);
    }

    private Finding namespace(String name, Grade shared, String why) {
        String title = switch (name) {
            case "mnt" -> "mount";
            case "net" -> "network";
            default -> name;
        };
        List<Integer> sharing = offenders(process -> facts.host().get(name).contains(process.namespaces().get(name)));
        if (!sharing.isEmpty()) {
            return new Finding(title + "-namespace", shared, "the host's" + who(sharing), why);
        }
        String link = facts.processes().getFirst().namespaces().get(name);
        List<String> with = facts.others().entrySet().stream().filter(other -> link.equals(other.getValue().get(name))).map(Map.Entry::getKey).toList();
        return new Finding(title + "-namespace", with.isEmpty() ? A : B, (with.isEmpty() ? "its own, " : "shared with " + String.join(", ", with) + ", ") + link, why);
    }

    private Finding capabilities() {
        long all = facts.processes().stream().mapToLong(ProcessFacts::capabilities).reduce(0, (a, b) -> a | b);
        Set<Capability> more = CapabilitySets.of(all);
        more.removeAll(CapabilitySets.DEFAULT);
        Grade grade = more.isEmpty() ? A : more.contains(Capability.SYS_ADMIN) ? C : B;
        return new Finding(
                "capabilities", grade, more.isEmpty() ? "none beyond the usual " + CapabilitySets.DEFAULT.size() : "beyond the usual: " + names(more),
                "root inside may do little even to what is its own; with SYS_ADMIN it looks behind its masks");
    }

    private Finding noNewPrivileges() {
        List<Integer> without = offenders(process -> !process.is("NoNewPrivs", "1"));
        return new Finding(
                "no-new-privileges", without.isEmpty() ? A : B, without.isEmpty() ? "on" : "off" + who(without), "no setuid program makes a user root inside");
    }

    private Finding filter() {
        List<Integer> without = offenders(process -> !process.is("Seccomp", "2"));
        return new Finding(
                "system-call-filter", without.isEmpty() ? A : C, without.isEmpty() ? "on" : "off" + who(without),
                "most ways to attack a kernel begin with a call that programs never need");
    }

    private Finding masks() {
        return paths("masked-paths", MaskingRule.MASKED, mount -> mount.root().equals("/null") || mount.type().equals("tmpfs") && mount.readOnly(),
                "tells of the whole host: keys, symbols, interrupts", "hidden");
    }

    private Finding readOnly() {
        return paths("read-only-paths", MaskingRule.READ_ONLY, MountPoint::readOnly, "sets the whole host", "read-only");
    }

    /** A second procfs shows all of it again. */
    private Finding paths(String title, List<String> paths, Predicate<MountPoint> covers, String why, String how) {
        Set<String> open = new TreeSet<>();
        for (ProcessFacts process : facts.processes()) {
            for (String path : paths) {
                boolean there = process.at(path.startsWith("/proc") ? "/proc" : "/sys") != null;
                MountPoint cover = process.at(path);
                if (facts.sensitive().contains(path) && there && (cover == null || !covers.test(cover))) {
                    open.add(path);
                }
            }
            process.mounts().stream().filter(mount -> mount.type().equals("proc") && !mount.path().startsWith("/proc")).forEach(mount -> open.add(mount.path()));
        }
        return new Finding(title, open.isEmpty() ? A : C, open.isEmpty() ? how : "open: " + String.join(", ", open), why);
    }

    private Finding sysfs() {
        List<Integer> writable = offenders(process -> process.mounts().stream().anyMatch(mount -> mount.type().equals("sysfs") && !mount.readOnly()));
        return new Finding(
                "sysfs", writable.isEmpty() ? A : C, writable.isEmpty() ? "read-only" : "writable" + who(writable), "it is the host's devices, drivers and memory");
    }

    private Finding mounts() {
        Set<String> foreign = new TreeSet<>();
        boolean root = false;
        for (ProcessFacts process : facts.processes()) {
            for (MountPoint mount : process.mounts()) {
                if (!OWN_TYPES.contains(mount.type()) && !OWN_FILES.contains(mount.path()) && !mount.showsGroups()) {
                    foreign.add(mount.path() + " (" + mount.type() + (mount.readOnly() ? ", read-only)" : ")"));
                    root |= mount.path().equals("/");
                }
            }
        }
        return new Finding(
                "mounts", root ? D : foreign.isEmpty() ? A : B, foreign.isEmpty() ? "none of the host's" : String.join(", ", first(foreign)),
                "whoever else has a mounted folder sees and changes the same files");
    }

    private Finding devices() {
        List<String> more = facts.devices().stream().filter(rule -> !facts.usualDevices().contains(rule)).toList();
        boolean all = more.contains(WHOLE_LIST) || more.contains("max");
        return new Finding(
                "devices", all ? D : more.isEmpty() ? A : B, all ? "all of the host's" : more.isEmpty() ? "the usual harmless ones" : "beyond the usual: " + String.join(", ", more),
                "a device speaks to a driver, or to a disk past all file systems");
    }

    private Finding memory() {
        boolean limited = facts.memoryLimit() < Long.MAX_VALUE;
        return new Finding("memory-limit", limited ? A : C, limited ? new Bytes(facts.memoryLimit()).toString() : "none", "it can't take the host's memory from others");
    }

    private Finding processes() {
        boolean limited = !facts.processLimit().equals("max");
        return new Finding("process-limit", limited ? A : C, limited ? facts.processLimit() : "none", "a fork bomb ends with its container");
    }

    private List<Integer> offenders(Predicate<ProcessFacts> weak) {
        return facts.processes().stream().filter(weak).map(ProcessFacts::pid).toList();
    }

    /** Whose, if only some are meant. */
    private String who(List<Integer> pids) {
        return pids.size() == facts.processes().size() ? "" : " for process " + list(pids, String::valueOf);
    }

    private static List<String> first(Set<String> all) {
        int most = 5;
        List<String> some = new ArrayList<>(all.stream().limit(most).toList());
        if (all.size() > most) {
            some.add((all.size() - most) + " more");
        }
        return some;
    }

    private static String names(Set<Capability> set) {
        return list(set.stream().toList(), Enum::name);
    }

    private static <T> String list(List<T> all, Function<T, String> text) {
        return all.stream().map(text).collect(Collectors.joining(", "));
    }
}
