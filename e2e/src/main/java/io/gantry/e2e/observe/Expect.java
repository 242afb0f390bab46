package io.gantry.e2e.observe;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What an observer claims to see. */
public final class Expect {
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(100).toNanos();

    private Expect() {}

    public static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new StepFailed(otherwise);
        }
    }

    public static void same(String what, Object expected, Object seen) {
        that(Objects.equals(expected, seen), what + ": expected " + expected + ", saw " + seen);
    }

    /** Looks again and again until {@code look} no longer throws; its last failure when the time is over. */
    public static <T> T eventually(Duration within, Supplier<T> look) {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            try {
                return look.get();
            } catch (StepFailed notYet) {
                if (System.nanoTime() > deadline) {
                    throw new StepFailed(notYet.getMessage() + " (after " + within.toSeconds() + " s)", notYet);
                }
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    /** Looks again and again; {@code look} must not throw before the time is over. */
    public static void throughout(Duration time, Runnable look) {
        long end = System.nanoTime() + time.toNanos();
        do {
            look.run();
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        } while (System.nanoTime() < end);
    }
}
