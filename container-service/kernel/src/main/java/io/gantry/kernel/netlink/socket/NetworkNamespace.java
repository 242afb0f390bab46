package io.gantry.kernel.netlink.socket;

import com.sun.jna.LastErrorException;
import io.gantry.kernel.syscall.SyscallFailure;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Where sockets are opened and {@code /proc/sys/net} is read. A socket stays in the namespace it was opened in and serves any thread
 * from then on.
 */
public final class NetworkNamespace {
    private static final String FRESH = "a new network namespace";
    private final String path;

    private NetworkNamespace(String path) {
        this.path = path;
    }

    /** The one this process runs in. */
    public static NetworkNamespace current() {
        return new NetworkNamespace(null);
    }

    /** A new one for each {@link #call}; it lives as long as a socket or descriptor opened in it does. */
    public static NetworkNamespace fresh() {
        return new NetworkNamespace(FRESH);
    }

    /** {@code /run/netns/<name>} or {@code /proc/<pid>/ns/net}. */
    public static NetworkNamespace at(Path path) {
        return new NetworkNamespace(path.toString());
    }

    /** An open namespace descriptor of this process; it must stay open as long as this is used. */
    public static NetworkNamespace of(int fd) {
        return new NetworkNamespace("/proc/self/fd/" + fd);
    }

    /**
     * Runs {@code work} inside: for another namespace on a platform thread of its own, which enters it by setns(2) and ends
     * afterwards, so that no other code ever finds itself there.
     */
    public <T> T call(Supplier<T> work) {
        if (path == null) {
            return work.get();
        }
        FutureTask<T> task = new FutureTask<>(() -> inside(work));
        Thread.ofPlatform().name("netns " + path).start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw asUnchecked(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while working in " + path, e);
        }
    }

    public void run(Runnable work) {
        call(
                () -> {
                    work.run();
                    return null;
                });
    }

    private <T> T inside(Supplier<T> work) {
        if (path.equals(FRESH)) {
            return insideNew(work);
        }
        int fd;
        try {
            fd = LibCSockets.open(path, LibCSockets.O_RDONLY | LibCSockets.O_CLOEXEC);
        } catch (LastErrorException e) {
            throw new SyscallFailure("open", path, e.getErrorCode());
        }
        try {
            LibCSockets.setns(fd, LibCSockets.CLONE_NEWNET);
        } catch (LastErrorException e) {
            throw new SyscallFailure("setns", path, e.getErrorCode());
        } finally {
            LibCSockets.close(fd);
        }
        return work.get();
    }

    private static <T> T insideNew(Supplier<T> work) {
        try {
            LibCSockets.unshare(LibCSockets.CLONE_NEWNET);
        } catch (LastErrorException e) {
            throw new SyscallFailure("unshare", "CLONE_NEWNET", e.getErrorCode());
        }
        return work.get();
    }

    private static RuntimeException asUnchecked(Throwable cause) {
        return switch (cause) {
            case RuntimeException broken -> broken;
            case Error error -> throw error;
            default -> new IllegalStateException(cause);
        };
    }

    @Override
    public String toString() {
        return path == null ? "this network namespace" : path;
    }
}
