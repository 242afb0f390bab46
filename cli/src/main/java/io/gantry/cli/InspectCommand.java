package io.gantry.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Document;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that shows all that the API tells of things. */
public abstract class InspectCommand extends ApiCommand {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "or id, where there is one")
    private List<String> references;

    @Mixin private Document document;

    /** Without {@code /api/v1}. */
    protected abstract String path(String reference);

    @Override
    protected final int run(ApiClient api, PrintWriter out) {
        references.forEach(reference -> document.print(out, api.get(path(reference), JsonNode.class)));
        return 0;
    }
}
