package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.ExecSpec;
import java.util.List;

/** The bodies of {@code POST /containers/{id}/exec} and {@code POST /exec/{id}/start}. */
public final class ExecBody {
    private ExecBody() {}

    public static ExecSpec read(JsonNode json) {
        Fields body = Fields.of(json).harmless("AttachStdout", "AttachStderr", "Detach", "ConsoleSize", "Container");
        List<String> command = body.words("Cmd");
        if (command == null) {
            throw new DockerRefusal(400, "No exec command specified");
        }
        ExecSpec spec =
                new ExecSpec(
                        command, Environment.read(body), body.textOrNull("User"), body.textOrNull("WorkingDir"), body.flag("Tty"), body.flag("AttachStdin"));
        body.refuseTheRest();
        return spec;
    }

    /** Whether the one that starts it wants nothing of its streams. */
    public static boolean detached(JsonNode json) {
        Fields body = Fields.of(json).harmless("Tty", "ConsoleSize");
        boolean detached = body.flag("Detach");
        body.refuseTheRest();
        return detached;
    }
}
