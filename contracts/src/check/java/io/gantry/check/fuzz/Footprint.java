package io.gantry.check.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What a process holds of the kernel, counted in {@code /proc}. */
public record Footprint(int descriptors, int threads) {
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(100).toNanos();

    public static Footprint of(long pid) {
        return new Footprint(count(pid, "fd"), count(pid, "task"));
    }

    public static Footprint ofThis() {
        return of(ProcessHandle.current().pid());
    }

    private static int count(long pid, String what) {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), what))) {
            return (int) all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Looks again and again until it is as before.
     *
     * @param more what may have come to stay: kept connections, threads of pools
     */
    public static void returnsTo(long pid, Footprint before, int more, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        Footprint now = of(pid);
        while (now.descriptors > before.descriptors + more || now.threads > before.threads + more) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("process " + pid + " held " + before + " and holds " + now + " after " + within.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            now = of(pid);
        }
    }
}
