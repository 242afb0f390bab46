package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;

/**
 * A short answer.
 *
 * @param json {@code null} for none
 */
public record Reply(int status, JsonNode json) {
    public static Reply ok(JsonNode json) {
        return new Reply(200, json);
    }

    public static Reply empty(int status) {
        return new Reply(status, null);
    }

    public static Reply error(int status, String message) {
        return new Reply(status, Json.mapper().createObjectNode().put("message", message));
    }
}
