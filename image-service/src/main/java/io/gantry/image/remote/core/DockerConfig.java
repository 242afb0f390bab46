package io.gantry.image.remote.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.RegistryCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's {@code config.json}, as {@code docker login} writes it: {@code {"auths": {"registry.example.com": {"auth": "<base64 of name:password>"}}}}. What would have a program asked
 * ({@code credsStore}, {@code credHelpers}) is refused by name: such programs are of a person's desktop.
 */
public final class DockerConfig {
    private final JsonNode json;

    private DockerConfig(JsonNode json) {
        this.json = json;
    }

    /** @throws IllegalArgumentException for what isn't of that form; says what to do */
    public static DockerConfig parse(String text) {
        JsonNode json;
        try {
            json = Json.read(text, JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it is no JSON: " + e.getMessage());
        }
        if (json == null || !json.isObject() || json.has("auths") && !json.get("auths").isObject()) {
            throw new IllegalArgumentException("it must be an object with an object \"auths\" in it, as docker login writes it");
        }
        return new DockerConfig(json);
    }

    /**
     * @param registry {@code host[:port]}
     * @throws IllegalArgumentException if they are kept elsewhere, or aren't of the form
     */
    public Optional<RegistryCredentials> find(String registry) {
        for (Map.Entry<String, JsonNode> each : json.path("auths").properties()) {
            if (host(each.getKey()).equals(host(registry)) && !each.getValue().isEmpty()) {
                return Optional.of(credentials(each.getKey(), each.getValue()));
            }
        }
        for (Map.Entry<String, JsonNode> each : json.path("credHelpers").properties()) {
            if (host(each.getKey()).equals(host(registry))) {
                throw helper("credHelpers", each.getValue().asText(), registry);
            }
        }
        boolean named = json.path("auths").properties().stream().anyMatch(each -> host(each.getKey()).equals(host(registry)));
        if (named && json.hasNonNull("credsStore")) {
            throw helper("credsStore", json.get("credsStore").asText(), registry);
        }
        return Optional.empty();
    }

    private static RegistryCredentials credentials(String registry, JsonNode auth) {
        String name = auth.path("username").asText("");
        String password = auth.path("password").asText("");
        if (auth.hasNonNull("auth")) {
            String[] pair = decoded(registry, auth.get("auth").asText()).split(":", 2);
            if (pair.length < 2) {
                throw new IllegalArgumentException("auths." + registry + ".auth is not base64 of name:password");
            }
            name = pair[0];
            password = pair[1];
        }
        return new RegistryCredentials(name, password, text(auth, "identitytoken"), text(auth, "registrytoken"));
    }

    private static String decoded(String registry, String auth) {
        try {
            return new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("auths." + registry + ".auth is not base64 of name:password");
        }
    }

    private static String text(JsonNode auth, String field) {
        return auth.hasNonNull(field) ? auth.get(field).asText() : null;
    }

    private static IllegalArgumentException helper(String field, String program, String registry) {
        return new IllegalArgumentException(
                field + " leaves " + registry + " to the program docker-credential-" + program + ", which isn't run here; write its name and password into auths, as docker login does without it");
    }

    /** Keys are hosts, or addresses as Docker wrote them before 2014; Docker Hub has two names. */
    private static String host(String key) {
        String host = key.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? "docker.io" : host;
    }
}
