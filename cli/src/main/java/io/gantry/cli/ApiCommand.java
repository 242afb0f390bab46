package io.gantry.cli;

import io.gantry.cli.client.ApiClient;
import java.io.PrintWriter;

/** A command that asks the platform something. */
public abstract class ApiCommand extends BaseCommand {
    @Override
    public final Integer call() throws Exception {
        return run(gantry().api(), out());
    }

    /** @return the exit code */
    protected abstract int run(ApiClient api, PrintWriter out) throws Exception;
}
