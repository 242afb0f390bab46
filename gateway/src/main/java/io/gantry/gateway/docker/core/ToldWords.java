package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import java.util.List;
import java.util.Optional;

/** What a service tells line by line while it works, in Docker's words. Used for one answer. */
public interface ToldWords {
    /** The lines that Docker's client gets for one of ours, in order. */
    List<ObjectNode> of(JsonNode line);

    /** When no more lines come. */
    List<ObjectNode> end();

    /** A trouble that is told first has a status of its own: nothing has been promised yet. Empty to tell it in the stream as any other. */
    default Optional<DockerRefusal> refusal(JsonNode first) {
        return Optional.empty();
    }

    /** In the form that clients look for in a stream. */
    static ObjectNode error(String message, int code) {
        ObjectNode json = Json.mapper().createObjectNode();
        ObjectNode detail = json.putObject("errorDetail");
        if (code != 0) {
            detail.put("code", code);
        }
        detail.put("message", message);
        return json.put("error", message);
    }

    static Problem problem(JsonNode line) {
        return Json.mapper().convertValue(line.path("error"), Problem.class);
    }

    static String text(Problem problem) {
        return problem.hint() == null || problem.hint().isEmpty() ? problem.detail() : problem.detail() + " (" + problem.hint() + ")";
    }

    static ObjectNode stream(String text) {
        return Json.mapper().createObjectNode().put("stream", text);
    }

    static ObjectNode status(String text) {
        return Json.mapper().createObjectNode().put("status", text);
    }
}
