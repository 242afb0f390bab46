package io.gantry.kernel.syscall;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import com.sun.jna.LastErrorException;

/** openat2(2) with {@code RESOLVE_IN_ROOT}: no link, absolute or not, leads out of the root. */
public final class InRoot {
    /** More than enough: between two tries somebody would have to rename or mount each time. */
    private static final int TRIES = 1000;

    private InRoot() {}

    /**
     * The kernel gives up with {@code EAGAIN} when something was renamed or mounted, anywhere on the host, while it went upwards: it can't be
     * sure where it is then. So it is asked again.
     *
     * @return the new descriptor
     */
    public static int open(int root, String path, long flags) {
        byte[] how = Call.structure(24).putLong(flags | O_CLOEXEC).putLong(0).putLong(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS).array();
        for (int left = TRIES; ; left--) {
            try {
                return (int) LibC.syscall(SYS_OPENAT2, root, path, how, (long) how.length);
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EAGAIN || left == 0) {
                    throw e;
                }
                Thread.yield();
            }
        }
    }
}
