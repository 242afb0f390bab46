package io.gantry.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.client.ApiClient;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Shows the versions of this program and of the platform.")
final class VersionCommand extends ApiCommand {
    @Override
    protected int run(ApiClient api, PrintWriter out) {
        out.println("gantry    0.1.0, Java " + Runtime.version());
        out.println("platform  " + api.get("/version", JsonNode.class).path("version").asText());
        return 0;
    }
}
