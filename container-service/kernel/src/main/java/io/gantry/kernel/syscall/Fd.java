package io.gantry.kernel.syscall;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/** An open file descriptor, close-on-exec. Closed once; closing again does nothing. */
public final class Fd implements AutoCloseable {
    private final int number;
    private final IntConsumer closer;
    private final AtomicBoolean closed = new AtomicBoolean();

    Fd(int number, IntConsumer closer) {
        this.number = number;
        this.closer = closer;
    }

    public int number() {
        if (closed.get()) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    /** A path to the open file that hides where it lies: {@code /proc/self/fd/<number>}. */
    public String path() {
        return "/proc/self/fd/" + number();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            closer.accept(number);
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
