package io.gantry.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command knows. */
abstract class BaseCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--help",
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    protected Map<String, String> environment() {
        return gantry().environment();
    }

    protected PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** What was let through, and should be known. */
    protected void warn(List<String> warnings) {
        warnings.forEach(one -> err().println("gantry: warning: " + one));
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    Gantry gantry() {
        return (Gantry) spec.root().userObject();
    }
}
