package io.gantry.kernel.capabilities;

import static io.gantry.contracts.unit.Capability.*;

import io.gantry.contracts.unit.Capability;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/** Sets of capabilities, and as the kernel writes them. */
public final class CapabilitySets {
    /**
     * What a container's root has, within its own user namespace: Docker's set without MKNOD and AUDIT_WRITE, which do
     * nothing there. SYS_ADMIN is not in it, and must not be: with it, a fresh procfs would undo the masked paths.
     */
    public static final Set<Capability> DEFAULT =
            Set.copyOf(
                    EnumSet.of(
                            CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW,
                            SYS_CHROOT, SETFCAP));

    private CapabilitySets() {}

    /** A bit for each. */
    public static long mask(Collection<Capability> set) {
        return set.stream().mapToLong(each -> 1L << each.ordinal()).reduce(0, (a, b) -> a | b);
    }

    /** Of a line such as {@code CapEff} in {@code /proc/<pid>/status}; what a newer kernel has beyond those we know is left out. */
    public static Set<Capability> of(long mask) {
        Set<Capability> set = new TreeSet<>();
        for (Capability each : Capability.values()) {
            if ((mask >> each.ordinal() & 1) == 1) {
                set.add(each);
            }
        }
        return set;
    }
}
