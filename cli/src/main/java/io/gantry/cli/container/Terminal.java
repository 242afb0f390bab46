package io.gantry.cli.container;

import io.gantry.cli.output.Stty;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.util.Optional;

/** The terminal we were started from, by {@code stty(1)}. Raw: every key goes to the container, nothing is echoed here. */
final class Terminal implements AutoCloseable {
    record Size(int rows, int columns) {}

    private final String settings;

    private Terminal(String settings) {
        this.settings = settings;
    }

    /** @throws IllegalArgumentException if what is typed is to go to a terminal inside, and nobody types */
    static void requireFor(boolean typing) {
        if (typing && !here()) {
            throw new IllegalArgumentException("-i with -t: standard input is not a terminal; leave -t out to pass a file or a pipe on");
        }
    }

    /** Whether what is typed comes from one. */
    static boolean here() {
        return Stty.ask(Redirect.INHERIT, "-g").isPresent();
    }

    static Terminal untouched() {
        return new Terminal(null);
    }

    static Terminal raw() {
        Optional<String> before = stty("-g");
        before.ifPresent(_ -> stty("raw", "-echo"));
        Terminal terminal = new Terminal(before.orElse(null));
        before.ifPresent(_ -> Runtime.getRuntime().addShutdownHook(new Thread(terminal::close)));
        return terminal;
    }

    Optional<Size> size() {
        return stty("size")
                .map(text -> text.split(" "))
                .filter(parts -> parts.length == 2)
                .map(parts -> new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
    }

    @Override
    public void close() {
        if (settings != null) {
            stty(settings);
        }
    }

    /** Empty when we have no terminal. */
    private static Optional<String> stty(String... arguments) {
        return Stty.ask(Redirect.from(new File("/dev/tty")), arguments);
    }
}
