package io.gantry.kernel.namespaces;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sets of namespaces as clone3(2) and setns(2) take them. */
public final class Namespaces {
    /** Every container has all of these for itself. */
    public static final long ALL =
            CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

    private Namespaces() {}

    /** @param option of unshare(1) and nsenter(1) */
    private record Named(long flag, String name, String option) {}

    private static final List<Named> NAMES =
            List.of(
                    new Named(CLONE_NEWUSER, "CLONE_NEWUSER", "--user"), new Named(CLONE_NEWNS, "CLONE_NEWNS", "--mount"),
                    new Named(CLONE_NEWPID, "CLONE_NEWPID", "--pid"), new Named(CLONE_NEWNET, "CLONE_NEWNET", "--net"),
                    new Named(CLONE_NEWIPC, "CLONE_NEWIPC", "--ipc"), new Named(CLONE_NEWUTS, "CLONE_NEWUTS", "--uts"),
                    new Named(CLONE_NEWCGROUP, "CLONE_NEWCGROUP", "--cgroup"));

    /** {@code CLONE_NEWUSER|CLONE_NEWNS|…} */
    public static String describe(long flags) {
        return names(flags).map(Named::name).collect(Collectors.joining("|"));
    }

    /** {@code --user --mount …} */
    public static String options(long flags) {
        return names(flags).map(Named::option).collect(Collectors.joining(" "));
    }

    private static Stream<Named> names(long flags) {
        return NAMES.stream().filter(each -> (flags & each.flag()) != 0);
    }
}
