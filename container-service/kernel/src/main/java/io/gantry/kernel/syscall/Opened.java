package io.gantry.kernel.syscall;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Descriptors on their way to somebody: closed together, the last first, unless all of them were opened and {@link #keep} was said.
 *
 * <pre>
 *   try (Opened opened = new Opened()) {
 *       Fd one = opened.add(calls.open(…));
 *       Pair pair = new Pair(one, opened.add(calls.open(…)));
 *       opened.keep();
 *       return pair;
 *   }
 * </pre>
 */
public final class Opened implements AutoCloseable {
    private final Deque<Fd> all = new ArrayDeque<>();

    public Fd add(Fd fd) {
        all.push(fd);
        return fd;
    }

    /** They are somebody else's to close from now on. */
    public void keep() {
        all.clear();
    }

    @Override
    public void close() {
        all.forEach(Fd::close);
    }
}
