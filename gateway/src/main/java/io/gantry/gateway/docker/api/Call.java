package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.docker.core.DockerApi;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.kit.problem.BadJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * One request of a Docker client.
 *
 * @param operation of Docker's, which it asks for
 * @param minor of the API version 1.x it speaks
 * @param name what stands in the path where a template has {@code {…}}, or {@code null}
 * @param caller {@code null} until that is known
 */
public record Call(HttpServerRequest request, DockerApi.Operation operation, int minor, String name, Buffer body, Caller caller) {
    Call from(Caller known) {
        return new Call(request, operation, minor, name, body, known);
    }

    /** The same thing by another name of it. */
    Call named(String other) {
        return new Call(request, operation, minor, other, body, caller);
    }

    /** @throws DockerRefusal for a parameter that Docker has there and that can't be followed here */
    void check() {
        request.params().forEach(parameter -> operation.check(parameter.getKey(), parameter.getValue(), minor));
    }

    /** Docker's rule: anything but an explicit no is a yes; absent is no. */
    public boolean flag(String parameter) {
        return flag(parameter, false);
    }

    /** @param otherwise what it is if it is absent */
    public boolean flag(String parameter, boolean otherwise) {
        String value = request.getParam(parameter);
        return value == null ? otherwise : DockerNames.yes(value);
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
