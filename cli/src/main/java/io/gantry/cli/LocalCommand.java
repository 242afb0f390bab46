package io.gantry.cli;

import io.gantry.cli.client.Contexts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks nobody. */
public abstract class LocalCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--help",
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Override
    public final Integer call() throws Exception {
        return run(spec.commandLine().getOut());
    }

    /** @return the exit code */
    protected abstract int run(PrintWriter out) throws IOException;

    /** Where contexts are kept. */
    protected Path file() {
        return Contexts.file(environment());
    }

    protected Contexts read() throws IOException {
        return Contexts.read(file());
    }

    Map<String, String> environment() {
        return ((Gantry) spec.root().userObject()).environment();
    }
}
