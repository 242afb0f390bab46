package io.gantry.kernel.seccomp;

import io.gantry.contracts.unit.Capability;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.LinuxHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The profile of containers that bring none of their own: an allow-list in {@code default.profile}, each group with its reason. */
public final class DefaultProfile {
    /** Any of clone's namespace flags; CLONE_NEWTIME shares its bit with the exit signal and can't be asked for there. */
    private static final int NAMESPACES =
            (int)
                    (LinuxHeader.CLONE_NEWNS | LinuxHeader.CLONE_NEWCGROUP | LinuxHeader.CLONE_NEWUTS | LinuxHeader.CLONE_NEWIPC
                            | LinuxHeader.CLONE_NEWUSER | LinuxHeader.CLONE_NEWPID | LinuxHeader.CLONE_NEWNET);

    private static final int AF_VSOCK = 40; // reaches the hypervisor past every network namespace
    private static final int AF_ALG = 38; // kernel crypto: a large surface nothing needs
    private static final List<Integer> PERSONALITIES = List.of(0, 0x0008, 0x20000, 0x20008, 0xffffffff); // linux/personality.h

    private DefaultProfile() {}

    /**
     * One block of the profile's file.
     *
     * @param needed whose holders it is for; empty for everybody
     */
    record Group(String name, Optional<Capability> needed, String reason, List<String> calls) {}

    /**
     * As the kernel takes it.
     *
     * @param held the container's capabilities: what is nothing without its calls comes with them
     */
    public static byte[] filter(Set<Capability> held) {
        return Bpf.encode(program(held));
    }

    static List<Bpf> program(Set<Capability> held) {
        CallTable table = new CallTable();
        return FilterCompiler.compile(verdicts(table, held), Verdict.errno(Errno.EPERM), table.highest());
    }

    static Map<Integer, Verdict> verdicts(CallTable table, Set<Capability> held) {
        Map<Integer, Verdict> verdicts = new TreeMap<>();
        groups().stream()
                .filter(group -> group.needed().isEmpty() || held.contains(group.needed().get()))
                .forEach(group -> group.calls().forEach(name -> verdicts.put(table.number(name), Verdict.ALLOW)));
        // its flags are in memory, out of a filter's sight: the C library falls back to clone
        verdicts.put(table.number("clone3"), Verdict.errno(Errno.ENOSYS));
        verdicts.put(
                table.number("clone"),
                held.contains(Capability.SYS_ADMIN) ? Verdict.ALLOW : new Verdict.IfArgument(0, NAMESPACES, List.of(0), Errno.EPERM));
        verdicts.put(table.number("personality"), new Verdict.IfArgument(0, -1, PERSONALITIES, Errno.EPERM));
        verdicts.put(table.number("socket"), new Verdict.UnlessArgument(0, -1, List.of(AF_VSOCK, AF_ALG), Errno.EPERM));
        return verdicts;
    }

    static List<Group> groups() {
        return groups(Resources.lines("default.profile"));
    }

    static List<Group> groups(List<String> lines) {
        List<Group> groups = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("[")) {
                int end = line.indexOf(']');
                String[] title = line.substring(1, end).split(" ");
                Optional<Capability> needed = title.length > 1 ? Capability.parse(title[1]) : Optional.empty();
                groups.add(new Group(title[0], needed, line.substring(end + 1).strip(), new ArrayList<>()));
            } else if (!line.startsWith("#")) {
                groups.getLast().calls().addAll(List.of(line.split(" ")));
            }
        }
        return groups;
    }
}
