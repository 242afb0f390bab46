package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.spec.ExecSpec;
import java.util.List;

/** The bodies of {@code POST /containers/{id}/exec} and {@code POST /exec/{id}/start}. */
public final class ExecBody {
    private ExecBody() {}

    public static ExecSpec read(JsonNode json) {
        Fields body = Fields.of(json, KnownFields.EXEC).harmless("AttachStdout", "AttachStderr", "DetachKeys", "ConsoleSize");
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

    /** What is typed to leave it running, as its making said; without a word the usual ones. */
    public static String detachKeys(JsonNode json) {
        String keys = Fields.of(json, KnownFields.EXEC).textOrNull("DetachKeys");
        return keys == null ? DetachKeys.USUAL : keys;
    }

    /** For a terminal; other streams have no keys. */
    public static DetachKeys keys(String text) {
        try {
            return DetachKeys.parse(text == null || text.isEmpty() ? DetachKeys.USUAL : text);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, e.getMessage());
        }
    }

    /** Whether its output shall come as it is, and not in frames; as for Docker, that is for the start to say, whether or not it has a terminal. */
    public static boolean raw(JsonNode start) {
        return Fields.of(start, KnownFields.EXEC_START).flag("Tty");
    }

    /** Whether the one that starts it wants nothing of its streams. */
    public static boolean detached(JsonNode json) {
        Fields body = Fields.of(json, KnownFields.EXEC_START).harmless("Tty", "ConsoleSize");
        boolean detached = body.flag("Detach");
        body.refuseTheRest();
        return detached;
    }
}
