package io.gantry.cli.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.ApiCommand;
import io.gantry.cli.EndsAsContainer;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.unit.ImageRef;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "debug",
        description = {
            "Looks into a running container with the tools of another image; for one that has no shell.",
            "It sees the container's processes, network and devices, and its files at /container. Ends with the command's exit code, and everything it started ends with it."
        })
public final class DebugCommand extends ApiCommand implements EndsAsContainer {
    @Option(names = "--image", description = "whose files it has; the platform's toolbox by default")
    private String image;

    @Option(names = {"-i", "--interactive"}, description = "pass standard input on; so without a command")
    private boolean interactive;

    @Option(names = {"-t", "--tty"}, description = "give it a terminal; so without a command, if this is one")
    private boolean tty;

    @Option(names = {"-e", "--env"}, description = "NAME=VALUE")
    private Map<String, String> env = new LinkedHashMap<>();

    @Option(names = {"-u", "--user"}, description = "name or uid in the container, optionally :group or :gid; the container's by default")
    private String user;

    @Option(names = "--privileged", description = "as root with all capabilities in the container's user namespace, if its node grants that (debug:privileged)")
    private boolean privileged;

    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String container;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "COMMAND")
    private List<String> command = List.of();

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        boolean shell = command.isEmpty();
        boolean typing = interactive || shell;
        boolean terminal = tty || shell && Terminal.here();
        Terminal.requireFor(terminal && typing);
        DebugSpec spec = new DebugSpec(image == null ? null : ImageRef.parse(image), command, env, user, terminal, typing, privileged);
        String id = api.post(Containers.path(container) + "/debugs", spec, JsonNode.class).path("id").asText();
        return Session.follow(api, "/execs/" + ApiClient.escape(container) + "/" + id, terminal, typing, null, err());
    }
}
