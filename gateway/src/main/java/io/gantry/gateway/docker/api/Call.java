package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.kit.problem.BadJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/**
 * One request of a Docker client.
 *
 * @param minor of the API version 1.x it speaks
 * @param name what stands in the path where a template has {@code {…}}, or {@code null}
 */
public record Call(HttpServerRequest request, int minor, String name, Buffer body) {
    private static final Set<String> FALSE = Set.of("", "0", "false", "False", "no", "none");

    /** Docker's rule: anything but an explicit no is a yes; absent is no. */
    public boolean flag(String parameter) {
        String value = request.getParam(parameter);
        return value != null && !FALSE.contains(value);
    }

    /** {@code null} when absent or empty. */
    public String parameter(String name) {
        String value = request.getParam(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** An empty object when there is no body. */
    public JsonNode json() {
        if (body.length() == 0) {
            return Json.mapper().createObjectNode();
        }
        try {
            return Json.strict().readTree(body.toString());
        } catch (JsonProcessingException e) {
            Problem problem = BadJson.of(e);
            throw new DockerRefusal(400, problem.field() == null ? problem.detail() : problem.field() + ": " + problem.detail());
        }
    }

    /** How output that is no terminal's is called since 1.42. */
    public String streamType(boolean tty) {
        return tty || minor < 42 ? "application/vnd.docker.raw-stream" : "application/vnd.docker.multiplexed-stream";
    }
}
