package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.StopPolicy;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The body of {@code POST /containers/create} as our request. What we can't do yet is refused by name, never ignored. */
public final class CreateBody {
    private CreateBody() {}

    /** @param image resolved already; @throws DockerRefusal for what is wrong or not supported */
    public static ContainerRequest read(JsonNode body, ImageRef image, String name) {
        JsonNode host = body.path("HostConfig");
        Unsupported.check(host);
        RestartPolicy restart = restart(host.path("RestartPolicy"));
        Map<String, String> labels = new HashMap<>();
        body.path("Labels").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        if (host.path("AutoRemove").asBoolean()) {
            if (restart.mode() != RestartPolicy.Mode.NO) {
                throw new DockerRefusal(400, "can't create 'AutoRemove' container with restart policy");
            }
            labels.put(DockerNames.AUTO_REMOVE, "true");
        }
        if (body.path("StdinOnce").asBoolean()) {
            labels.put(DockerNames.STDIN_ONCE, "true");
        }
        Networking networking = Networking.read(body);
        ContainerSpec spec =
                new ContainerSpec(
                        image,
                        entrypoint(body.path("Entrypoint")),
                        words(body.path("Cmd")),
                        environment(body.path("Env")),
                        text(body, "WorkingDir"),
                        text(body, "User"),
                        text(body, "Hostname"),
                        body.path("Tty").asBoolean(),
                        body.path("OpenStdin").asBoolean(),
                        host.path("Init").isBoolean() ? host.path("Init").asBoolean() : null,
                        host.path("ReadonlyRootfs").asBoolean(),
                        Limits.read(host),
                        networking.network(),
                        networking.aliases(),
                        Ports.read(host.path("PortBindings")),
                        labels,
                        stop(body),
                        restart,
                        null,
                        null);
        return new ContainerRequest(name, spec, false);
    }

    private static StopPolicy stop(JsonNode body) {
        JsonNode seconds = body.path("StopTimeout");
        return new StopPolicy(text(body, "StopSignal"), seconds.isNumber() ? Duration.ofSeconds(Math.max(0, seconds.asLong())) : null);
    }

    private static RestartPolicy restart(JsonNode policy) {
        String mode = policy.path("Name").asText("");
        return switch (mode) {
            case "", "no" -> RestartPolicy.NO;
            // a stop by a person is remembered by the control plane, so the two are one here
            case "always", "unless-stopped" -> RestartPolicy.ALWAYS;
            case "on-failure" -> new RestartPolicy(RestartPolicy.Mode.ON_FAILURE, policy.path("MaximumRetryCount").asInt());
            default -> throw new DockerRefusal(400, "invalid restart policy: unknown policy '" + mode + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        };
    }

    /** One empty word removes the image's. */
    private static List<String> entrypoint(JsonNode given) {
        List<String> words = words(given);
        return words != null && words.equals(List.of("")) ? List.of() : words;
    }

    /** An array, or a string in old clients. */
    private static List<String> words(JsonNode given) {
        if (given.isTextual()) {
            return List.of(given.asText());
        }
        if (!given.isArray() || given.isEmpty()) {
            return null;
        }
        List<String> words = new ArrayList<>();
        given.forEach(word -> words.add(word.asText()));
        return words;
    }

    private static Map<String, String> environment(JsonNode given) {
        Map<String, String> env = new HashMap<>();
        for (JsonNode entry : given) {
            String text = entry.asText();
            int equals = text.indexOf('=');
            if (equals == 0) {
                throw new DockerRefusal(400, "invalid environment variable: " + text);
            }
            if (equals > 0) {
                env.put(text.substring(0, equals), text.substring(equals + 1));
            }
        }
        return env;
    }

    private static String text(JsonNode body, String field) {
        String text = body.path(field).asText("");
        return text.isEmpty() ? null : text;
    }
}
