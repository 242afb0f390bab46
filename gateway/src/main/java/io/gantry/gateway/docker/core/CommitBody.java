package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The body of {@code POST /commit}, the new image's configuration, as changes of the container's. */
public final class CommitBody {
    private CommitBody() {}

    /**
     * Instructions of a Dockerfile, see {@link io.gantry.contracts.view.CommitRequest}. Fields of containers, which no image has, mean nothing.
     *
     * @throws DockerRefusal for a field that can't be followed
     */
    public static List<String> changes(JsonNode json) {
        Fields body = Fields.of(json, KnownFields.COMMIT)
                .harmless("Hostname", "Domainname", "AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin", "StdinOnce", "Image", "ArgsEscaped", "StopTimeout");
        List<String> changes = new ArrayList<>();
        Environment.read(body).forEach((name, value) -> changes.add("ENV " + quoted(name) + "=" + quoted(value)));
        body.named("Labels").forEach((name, value) -> changes.add("LABEL " + quoted(name) + "=" + quoted(value)));
        add(changes, "USER ", body.textOrNull("User"));
        add(changes, "WORKDIR ", body.textOrNull("WorkingDir"));
        add(changes, "STOPSIGNAL ", body.textOrNull("StopSignal"));
        Set<String> ports = body.in("ExposedPorts").names();
        if (!ports.isEmpty()) {
            changes.add(ports.stream().sorted().map(CommitBody::bare).collect(Collectors.joining(" ", "EXPOSE ", "")));
        }
        list(changes, "VOLUME ", List.copyOf(body.in("Volumes").names()));
        // an entrypoint takes the command of the image away, so that it comes first
        list(changes, "ENTRYPOINT ", body.words("Entrypoint"));
        list(changes, "CMD ", body.words("Cmd"));
        body.refuseTheRest();
        return changes;
    }

    private static void add(List<String> changes, String instruction, String value) {
        if (value != null) {
            changes.add(instruction + quoted(value));
        }
    }

    private static void list(List<String> changes, String instruction, List<String> words) {
        if (words != null && !words.isEmpty()) {
            changes.add(instruction + Json.write(words));
        }
    }

    /** Taken as it is: nothing in it is replaced. */
    private static String quoted(String text) {
        return '"' + bare(text).replaceAll("([\"\\\\$])", "\\\\$1") + '"';
    }

    private static String bare(String text) {
        if (text.contains("\n") || text.contains("\r")) {
            throw DockerRefusal.notSupported("a line break in the configuration of a commit", "leave it out");
        }
        return text;
    }
}
