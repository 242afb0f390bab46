package io.gantry.kernel.capabilities;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** The kernel's capabilities in their order, include/uapi/linux/capability.h; the ordinal is the number. */
public enum Capability {
    CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, LINUX_IMMUTABLE, NET_BIND_SERVICE,
    NET_BROADCAST, NET_ADMIN, NET_RAW, IPC_LOCK, IPC_OWNER, SYS_MODULE, SYS_RAWIO, SYS_CHROOT, SYS_PTRACE, SYS_PACCT,
    SYS_ADMIN, SYS_BOOT, SYS_NICE, SYS_RESOURCE, SYS_TIME, SYS_TTY_CONFIG, MKNOD, LEASE, AUDIT_WRITE, AUDIT_CONTROL,
    SETFCAP, MAC_OVERRIDE, MAC_ADMIN, SYSLOG, WAKE_ALARM, BLOCK_SUSPEND, AUDIT_READ, PERFMON, BPF, CHECKPOINT_RESTORE;

    /**
     * What a container's root has, within its own user namespace: Docker's set without MKNOD and AUDIT_WRITE, which do
     * nothing there. SYS_ADMIN is not in it, and must not be: with it, a fresh procfs would undo the masked paths.
     */
    public static final Set<Capability> DEFAULT =
            Set.copyOf(
                    EnumSet.of(
                            CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW,
                            SYS_CHROOT, SETFCAP));

    public static long mask(Collection<Capability> set) {
        return set.stream().mapToLong(each -> 1L << each.ordinal()).reduce(0, (a, b) -> a | b);
    }
}
