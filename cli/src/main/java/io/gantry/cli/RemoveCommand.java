package io.gantry.cli;

import io.gantry.cli.client.ApiClient;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Parameters;

/** A command that removes things one after the other and prints which are gone. */
public abstract class RemoveCommand extends ApiCommand {
    @Parameters(arity = "1..*", paramLabel = "NAME")
    private List<String> names;

    /** Without {@code /api/v1}. */
    protected abstract String path(String name);

    @Override
    protected final int run(ApiClient api, PrintWriter out) {
        for (String name : names) {
            api.delete(path(name));
            out.println(name);
        }
        return 0;
    }
}
