package io.gantry.kernel.seccomp;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.LinuxHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The profile that every container gets: an allow-list in {@code default.profile}, each group with its reason. */
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

    /** One block of the profile's file. */
    record Group(String name, String reason, List<String> calls) {}

    /** As the kernel takes it. */
    public static byte[] filter() {
        return Bpf.encode(program());
    }

    static List<Bpf> program() {
        CallTable table = new CallTable();
        return FilterCompiler.compile(verdicts(table), Verdict.errno(Errno.EPERM), table.highest());
    }

    static Map<Integer, Verdict> verdicts(CallTable table) {
        Map<Integer, Verdict> verdicts = new TreeMap<>();
        groups().forEach(group -> group.calls().forEach(name -> verdicts.put(table.number(name), Verdict.ALLOW)));
        // its flags are in memory, out of a filter's sight: the C library falls back to clone
        verdicts.put(table.number("clone3"), Verdict.errno(Errno.ENOSYS));
        verdicts.put(table.number("clone"), new Verdict.IfArgument(0, NAMESPACES, List.of(0), Errno.EPERM));
        verdicts.put(table.number("personality"), new Verdict.IfArgument(0, -1, PERSONALITIES, Errno.EPERM));
        verdicts.put(table.number("socket"), new Verdict.UnlessArgument(0, -1, List.of(AF_VSOCK, AF_ALG), Errno.EPERM));
        return verdicts;
    }

    static List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        for (String line : Resources.lines("default.profile")) {
            if (line.startsWith("[")) {
                int end = line.indexOf(']');
                groups.add(new Group(line.substring(1, end), line.substring(end + 1).strip(), new ArrayList<>()));
            } else if (!line.startsWith("#")) {
                groups.getLast().calls().addAll(List.of(line.split(" ")));
            }
        }
        return groups;
    }
}
