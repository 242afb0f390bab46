package io.gantry.cli.progress;

import java.util.function.Supplier;
import sun.misc.Signal;

/** The size of the terminal that standard output is, asked for again each time that somebody has changed it (SIGWINCH). */
final class WatchedSize implements Supplier<TerminalSize> {
    private TerminalSize size;
    private volatile boolean changed;

    WatchedSize(TerminalSize size) {
        this.size = size;
        Signal.handle(new Signal("WINCH"), _ -> changed = true);
    }

    @Override
    public TerminalSize get() {
        if (changed) {
            changed = false;
            size = TerminalSize.ofOutput(null).orElse(size);
        }
        return size;
    }
}
