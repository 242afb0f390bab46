package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.ExecSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The body of {@code POST /containers/{id}/exec}. */
public final class ExecBody {
    private ExecBody() {}

    public static ExecSpec read(JsonNode body) {
        if (body.path("Privileged").asBoolean()) {
            throw DockerRefusal.notSupported("a privileged exec");
        }
        List<String> command = new ArrayList<>();
        body.path("Cmd").forEach(word -> command.add(word.asText()));
        if (command.isEmpty()) {
            throw new DockerRefusal(400, "No exec command specified");
        }
        Map<String, String> env = new HashMap<>();
        for (JsonNode entry : body.path("Env")) {
            int equals = entry.asText().indexOf('=');
            if (equals > 0) {
                env.put(entry.asText().substring(0, equals), entry.asText().substring(equals + 1));
            }
        }
        String user = body.path("User").asText("");
        String folder = body.path("WorkingDir").asText("");
        return new ExecSpec(
                command, env, user.isEmpty() ? null : user, folder.isEmpty() ? null : folder, body.path("Tty").asBoolean(), body.path("AttachStdin").asBoolean());
    }
}
