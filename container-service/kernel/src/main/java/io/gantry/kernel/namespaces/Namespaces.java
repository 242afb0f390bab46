package io.gantry.kernel.namespaces;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import java.util.ArrayList;
import java.util.List;

/** Sets of namespaces as clone3(2) and setns(2) take them. */
public final class Namespaces {
    /** Every container has all of these for itself. */
    public static final long ALL =
            CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

    private Namespaces() {}

    /** {@code CLONE_NEWUSER|CLONE_NEWNS|…} */
    public static String describe(long flags) {
        List<String> names = new ArrayList<>();
        record Named(long flag, String name) {}
        for (Named each :
                List.of(
                        new Named(CLONE_NEWUSER, "CLONE_NEWUSER"), new Named(CLONE_NEWNS, "CLONE_NEWNS"),
                        new Named(CLONE_NEWPID, "CLONE_NEWPID"), new Named(CLONE_NEWNET, "CLONE_NEWNET"),
                        new Named(CLONE_NEWIPC, "CLONE_NEWIPC"), new Named(CLONE_NEWUTS, "CLONE_NEWUTS"),
                        new Named(CLONE_NEWCGROUP, "CLONE_NEWCGROUP"))) {
            if ((flags & each.flag()) != 0) {
                names.add(each.name());
            }
        }
        return String.join("|", names);
    }
}
