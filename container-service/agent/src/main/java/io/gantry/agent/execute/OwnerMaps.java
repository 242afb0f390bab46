package io.gantry.agent.execute;

import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.process.WaitStatus;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * User namespaces that mounts are mapped by, one per id range, kept by their descriptors: no process lives in them. A JVM has
 * threads and can't make one itself, so a helper does and ends at once.
 */
final class OwnerMaps implements AutoCloseable {
    private final SystemCalls calls;
    private final Fd launcher;
    private final ConcurrentHashMap<IdRange, Fd> known = new ConcurrentHashMap<>();

    OwnerMaps(SystemCalls calls, Fd launcher) {
        this.calls = calls;
        this.launcher = launcher;
    }

    Fd of(IdRange range) {
        return known.computeIfAbsent(range, this::make);
    }

    /** A further one, for the caller to close. */
    Fd make(IdRange range) {
        SystemCalls.Pair control = calls.socketPair();
        try (Fd ours = control.ours()) {
            int helper;
            try (Fd theirs = control.theirs()) {
                helper = calls.spawn(launcher, List.of("gantry-launcher", "hold-user-namespace"), List.of(theirs));
            }
            try {
                if (calls.receive(ours, 1).isEmpty()) {
                    throw refusal(helper);
                }
                byte[] map = range.mountMap().getBytes(StandardCharsets.UTF_8);
                for (String kind : List.of("uid_map", "gid_map")) {
                    try (Fd file = calls.open("/proc/" + helper + "/" + kind, LinuxHeader.O_WRONLY, 0)) {
                        calls.write(file, map);
                    }
                }
                return calls.open("/proc/" + helper + "/ns/user", LinuxHeader.O_RDONLY, 0);
            } finally {
                ours.close();
                calls.waitFor(helper);
            }
        }
    }

    /** The helper's exit status is the error number. */
    private SyscallFailure refusal(int helper) {
        int errno = calls.waitFor(helper).map(status -> new WaitStatus(status).code()).orElse(0);
        return new SyscallFailure("unshare", "CLONE_NEWUSER", errno);
    }

    @Override
    public void close() {
        known.values().forEach(Fd::close);
        known.clear();
    }
}
