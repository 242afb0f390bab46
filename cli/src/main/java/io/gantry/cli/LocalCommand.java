package io.gantry.cli;

import java.io.IOException;
import java.io.PrintWriter;

/** A command that asks nobody. */
public abstract class LocalCommand extends BaseCommand {
    @Override
    public final Integer call() throws IOException {
        return run(out());
    }

    /** @return the exit code */
    protected abstract int run(PrintWriter out) throws IOException;
}
