package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.vertx.core.buffer.Buffer;

/**
 * A short answer.
 *
 * @param body JSON; {@code null} for none
 */
public record Reply(int status, Buffer body) {
    public Reply(int status, JsonNode json) {
        this(status, Buffer.buffer(json + "\n"));
    }

    public static Reply ok(JsonNode json) {
        return new Reply(200, json);
    }

    public static Reply ok(Buffer body) {
        return new Reply(200, body);
    }

    public static Reply empty(int status) {
        return new Reply(status, (Buffer) null);
    }

    public static Reply error(int status, String message) {
        return new Reply(status, Json.mapper().createObjectNode().put("message", message));
    }
}
