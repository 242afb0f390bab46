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
        try (Fd file = calls.open(path + "/cgroup.kill", LinuxHeader.O_WRONLY, 0)) {
            calls.write(file, new byte[] {'1'});
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    /** The kernel flags each change of {@code populated}; nothing is asked twice without one. */
    void awaitEmpty() {
        try (Fd events = calls.open(path + "/cgroup.events", LinuxHeader.O_RDONLY, 0)) {
            while (!new String(calls.readAt(events, 256, 0), StandardCharsets.US_ASCII).contains("populated 0")) {
                if (!calls.awaitChange(events, PATIENCE_MILLIS)) {
                    throw new IllegalStateException(path + " still has processes after " + PATIENCE_MILLIS + " ms");
                }
            }
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }
}
