package io.gantry.kernel.syscall;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/** An open file descriptor, close-on-exec. Closed once; closing again does nothing. Remembers what it was opened as, for who fails with it. */
public final class Fd implements AutoCloseable {
    private final int number;
    private final Fd folder;
    private final String name;
    private final IntConsumer closer;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param folder that {@code name} is in, or null
     * @param name a path, or what else the kernel was asked for
     */
    Fd(int number, Fd folder, String name, IntConsumer closer) {
        this.number = number;
        this.folder = folder;
        this.name = name;
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

    /** What it was opened as, {@code /sys/fs/cgroup/web/cgroup.procs}: put together only when somebody asks. */
    String subject() {
        return folder == null ? name : folder.subject(name);
    }

    /** What {@code below} is that is looked for in this folder. */
    String subject(String below) {
        return below.isEmpty() ? subject() : subject() + "/" + below;
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
