package io.gantry.cli.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.ApiCommand;
import io.gantry.cli.EndsAsContainer;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.spec.ExecSpec;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "exec", description = "Runs a further command in a running container; ends with its exit code.")
public final class ExecCommand extends ApiCommand implements EndsAsContainer {
    @Option(names = {"-i", "--interactive"}, description = "pass standard input on")
    private boolean interactive;

    @Option(names = {"-t", "--tty"}, description = "give it a terminal")
    private boolean tty;

    @Option(names = {"-e", "--env"}, description = "NAME=VALUE")
    private Map<String, String> env = new LinkedHashMap<>();

    @Option(names = {"-u", "--user"}, description = "name or uid, optionally :group or :gid")
    private String user;

    @Option(names = {"-d", "--detach"}, description = "print its id and leave it running")
    private boolean detach;

    @Option(names = "--ends-with-client", description = "end it when this command ends, however that happens")
    private boolean endsWithClient;

    @Option(names = "--detach-keys", defaultValue = DetachKeys.USUAL, description = "typed at a terminal they end this command, not the one inside; ${DEFAULT-VALUE} by default")
    private String detachKeys;

    @Option(names = {"-w", "--workdir"}, description = "working folder inside")
    private String workingDir;

    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String container;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND")
    private List<String> command;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        if (detach && (interactive || endsWithClient)) {
            throw new IllegalArgumentException("-d goes with neither -i nor --ends-with-client: nobody stays");
        }
        Terminal.requireFor(tty && interactive);
        DetachKeys keys = DetachKeys.parse(detachKeys);
        ExecSpec spec = new ExecSpec(command, env, user, workingDir, tty, interactive, endsWithClient);
        String id = api.post(Containers.path(container) + "/execs", spec, JsonNode.class).path("id").asText();
        String path = "/execs/" + ApiClient.escape(container) + "/" + id;
        if (detach) {
            Session.open(api, path, false).close();
            out.println(id);
            return 0;
        }
        return Session.follow(api, path, tty, interactive, tty && !endsWithClient ? keys : null, err());
    }
}
