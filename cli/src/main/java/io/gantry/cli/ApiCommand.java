package io.gantry.cli;

import io.gantry.cli.client.ApiClient;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the platform something. */
public abstract class ApiCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--help",
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Override
    public final Integer call() throws Exception {
        return run(gantry().api(), spec.commandLine().getOut());
    }

    /** @return the exit code */
    protected abstract int run(ApiClient api, PrintWriter out) throws Exception;

    protected Map<String, String> environment() {
        return gantry().environment();
    }

    private Gantry gantry() {
        return (Gantry) spec.root().userObject();
    }

    protected PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
