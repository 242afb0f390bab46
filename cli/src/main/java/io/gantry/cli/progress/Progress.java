package io.gantry.cli.progress;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/** Tells how far several things are. */
public interface Progress extends AutoCloseable {
    /** In place where standard output is a terminal, unless {@code TERM} is {@code dumb}; elsewhere a line for each thing that is done. */
    static Progress of(PrintWriter out, Map<String, String> environment) {
        Optional<TerminalSize> size = TerminalSize.ofOutput(environment.get("TERM"));
        return size.isEmpty() ? new PlainProgress(out) : new LiveProgress(out, environment.getOrDefault("NO_COLOR", "").isEmpty(), new WatchedSize(size.get()), System::nanoTime);
    }

    /** A line for each thing that is done, also at a terminal. */
    static Progress plain(PrintWriter out) {
        return new PlainProgress(out);
    }

    /** @param of so many bytes are all; 0 if nobody knows */
    void bytes(String name, long done, long of);

    /** @param number counted from 1, of the step that is on the way; gone when all is settled */
    void step(int number, int of);

    /** @param words what came of it */
    void over(String name, String words);

    /** It is of no concern any more. */
    void forget(String name);

    /** What others wrote, as it came; it stays. */
    void text(String text);

    /** What was told stays as it is; what is written next stands below, and so does what is told next. */
    void settle();

    /** As {@link #settle}; what is told afterwards, by a thread that doesn't know yet, isn't heard. */
    @Override
    void close();
}
