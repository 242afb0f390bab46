package io.gantry.agent.execute;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;

/** A container's group in the unified tree: ends all in it and tells when it is empty (cgroup-v2.rst, core interface files). */
record CgroupWatch(SystemCalls calls, String path) {
    private static final int PATIENCE_MILLIS = 10_000;

    void kill() {
        write("cgroup.kill", '1');
    }

    /** Returns when all in it stand still, or go on. What doesn't stand still in time goes on. */
    void freeze(boolean still) {
        write("cgroup.freeze", still ? '1' : '0');
        try {
            awaitEvent(still ? "frozen 1" : "frozen 0");
        } catch (RuntimeException e) {
            if (still) {
                goOn(e);
            }
            throw e;
        }
    }

    private void goOn(RuntimeException why) {
        try {
            write("cgroup.freeze", '0');
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    boolean frozen() {
        try (Fd events = calls.open(path + "/cgroup.events", LinuxHeader.O_RDONLY, 0)) {
            return text(events).contains("frozen 1");
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
            return false;
        }
    }

    private void write(String name, char value) {
        try (Fd file = calls.open(path + "/" + name, LinuxHeader.O_WRONLY, 0)) {
            calls.write(file, new byte[] {(byte) value});
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    void awaitEmpty() {
        awaitEvent("populated 0");
    }

    /** The kernel flags each change of an event; nothing is asked twice without one. A group that is gone has every event. */
    private void awaitEvent(String event) {
        try (Fd events = calls.open(path + "/cgroup.events", LinuxHeader.O_RDONLY, 0)) {
            while (!text(events).contains(event)) {
                if (!calls.awaitChange(events, PATIENCE_MILLIS)) {
                    throw new IllegalStateException(path + " isn't '" + event + "' after " + PATIENCE_MILLIS + " ms");
                }
            }
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    private String text(Fd events) {
        return new String(calls.readAt(events, 256, 0), StandardCharsets.US_ASCII);
    }
}
