package io.gantry.cli.progress;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** At a terminal: bars in place, below all that others write. May be told by several threads. */
final class LiveProgress implements Progress {
    private static final String STEP = "step";
    /** Who looks at it sees no more than that of numbers that only grow. */
    private static final long LOOK_NANOS = 100_000_000;

    private final PrintWriter out;
    private final boolean colours;
    private final Supplier<TerminalSize> size;
    private final LongSupplier nanos;
    private final Bars bars = new Bars();
    private final LiveLines lines = new LiveLines();
    private long drawnAt;
    private boolean midLine;
    private boolean closed;

    /** @param nanos as {@link System#nanoTime} */
    LiveProgress(PrintWriter out, boolean colours, Supplier<TerminalSize> size, LongSupplier nanos) {
        this.out = out;
        this.colours = colours;
        this.size = size;
        this.nanos = nanos;
        drawnAt = nanos.getAsLong() - LOOK_NANOS;
    }

    @Override
    public synchronized void bytes(String name, long done, long of) {
        boolean known = !bars.put(Bar.ofBytes(name, done, of));
        if (!known || nanos.getAsLong() - drawnAt >= LOOK_NANOS) {
            draw();
        }
    }

    @Override
    public synchronized void step(int number, int of) {
        bars.put(new Bar(STEP, number - 1, of, number + " of " + of, false));
        draw();
    }

    @Override
    public synchronized void over(String name, String words) {
        bars.put(Bar.over(name, words));
        draw();
    }

    @Override
    public synchronized void forget(String name) {
        bars.remove(name);
        draw();
    }

    /** While a line of theirs isn't ended there are no bars: nothing of ours gets into it. */
    @Override
    public synchronized void text(String text) {
        if (!text.isEmpty() && !closed) {
            out.print(lines.erase(size.get()) + text);
            midLine = !text.endsWith("\n");
            draw();
        }
    }

    private void draw() {
        if (closed) {
            return;
        }
        if (!midLine) {
            TerminalSize now = size.get();
            // the last column and row stay free: there a terminal would wrap or scroll
            out.print(lines.draw(bars.lines(now.columns() - 1, now.rows() - 1, colours), now));
            drawnAt = nanos.getAsLong();
        }
        out.flush();
    }

    @Override
    public synchronized void settle() {
        if (midLine && !closed) {
            out.println();
            midLine = false;
        }
        bars.remove(STEP);
        draw();
        lines.leave();
        bars.clear();
    }

    @Override
    public synchronized void close() {
        settle();
        closed = true;
    }
}
