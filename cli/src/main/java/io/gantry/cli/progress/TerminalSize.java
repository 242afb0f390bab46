package io.gantry.cli.progress;

import io.gantry.cli.output.Stty;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.util.Optional;

/** In characters. */
record TerminalSize(int rows, int columns) {
    /** Smaller ones are drawn as this, and wrap. */
    private static final int LEAST_COLUMNS = 20;
    private static final int LEAST_ROWS = 4;

    /** Of the one that standard output is; empty if it is none, or one that can't move its cursor. */
    static Optional<TerminalSize> ofOutput(String term) {
        return "dumb".equals(term) ? Optional.empty() : Stty.ask(Redirect.from(new File("/proc/self/fd/1")), "size").flatMap(TerminalSize::read);
    }

    /** What {@code stty size} prints; a terminal that was never told its size says 0. */
    static Optional<TerminalSize> read(String text) {
        if (!text.matches("\\d+ \\d+")) {
            return Optional.empty();
        }
        String[] parts = text.split(" ");
        int rows = Integer.parseInt(parts[0]);
        int columns = Integer.parseInt(parts[1]);
        return Optional.of(new TerminalSize(rows == 0 ? 24 : Math.max(LEAST_ROWS, rows), columns == 0 ? 80 : Math.max(LEAST_COLUMNS, columns)));
    }
}
