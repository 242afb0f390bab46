package io.gantry.agent.execute;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SystemCalls;

/** Further mounts of a file system that has one which is nowhere. */
record SecondMounts(SystemCalls calls) {
    /** Is on every host. Covered for the one thread that works there. */
    private static final String BENCH = "/dev";

    /** The first stays writable, and nowhere. */
    Fd readOnly(Fd first) {
        // a mount that is nowhere can't be copied before Linux 6.15: it is put into a table of this work's alone, which goes with it
        return calls.amongOwnMounts(() -> {
            calls.attach(first, BENCH);
            Fd second = calls.cloneTree(BENCH);
            try {
                calls.setMount(second, LinuxHeader.MOUNT_ATTR_RDONLY | LinuxHeader.MOUNT_ATTR_NOSUID | LinuxHeader.MOUNT_ATTR_NODEV | LinuxHeader.MOUNT_ATTR_NOEXEC);
                return second;
            } catch (RuntimeException e) {
                second.close();
                throw e;
            }
        });
    }
}
