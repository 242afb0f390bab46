package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.RegistryCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code X-Registry-Auth}: an object in base64url, padded or not; {@code {}} and nothing are nobody. */
public final class RegistryAuth {
    private static final Map<String, String> NAMES =
            Map.of("username", "username", "password", "password", "identitytoken", "identityToken", "registrytoken", "registryToken");

    private RegistryAuth() {}

    /** @param header may be {@code null} */
    public static Optional<RegistryCredentials> read(String header) {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        try {
            String bare = header.strip().replace('+', '-').replace('/', '_').replaceAll("=+$", "");
            return of(Json.read(new String(Base64.getUrlDecoder().decode(bare), StandardCharsets.UTF_8), JsonNode.class));
        } catch (IllegalArgumentException e) {
            // what stands there is a secret, and isn't told
            throw new DockerRefusal(400, "X-Registry-Auth is no JSON in base64url");
        }
    }

    /** Of an object as Docker's clients keep it: {@code username}, {@code password}, {@code identitytoken}, {@code registrytoken}, {@code auth}. */
    public static Optional<RegistryCredentials> of(JsonNode json) {
        Map<String, String> read = new LinkedHashMap<>();
        json.properties().forEach(field -> {
            String name = NAMES.get(field.getKey().toLowerCase(Locale.ROOT));
            if (name != null && !field.getValue().asText("").isEmpty()) {
                read.put(name, field.getValue().asText());
            }
        });
        String both = json.path("auth").asText("");
        if (!read.containsKey("username") && !both.isEmpty()) {
            String[] pair = new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8).split(":", 2);
            read.put("username", pair[0]);
            read.put("password", pair.length == 2 ? pair[1] : "");
        }
        return read.isEmpty() ? Optional.empty() : Optional.of(Json.mapper().convertValue(read, RegistryCredentials.class));
    }

    /** {@code https://host:port/v1/} and {@code host:port} are the same registry. */
    public static String host(String address) {
        return address.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    }
}
