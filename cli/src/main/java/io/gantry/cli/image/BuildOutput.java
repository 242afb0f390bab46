package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.client.ApiProblem;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import java.io.PrintWriter;

/**
 * Lines of a running build, each a JSON object: {@code {"step", "total", "instruction"}}, {@code {"cached"}}, {@code {"stream"}}, at the end
 * {@code {"image", "tags"}} or {@code {"error"}} with a problem.
 */
final class BuildOutput {
    private final PrintWriter out;
    private final PrintWriter err;
    private boolean finished;
    private boolean failed;

    BuildOutput(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    void line(String json) {
        if (json.isBlank()) {
            return;
        }
        JsonNode message = Json.read(json, JsonNode.class);
        if (message.has("step")) {
            out.printf("[%d/%d] %s%n", message.path("step").asInt(), message.path("total").asInt(), message.path("instruction").asText());
        } else if (message.has("cached")) {
            out.println("      cached");
        } else if (message.has("stream")) {
            out.print(message.path("stream").asText());
        } else if (message.has("image")) {
            finished = true;
            message.path("tags").forEach(tag -> out.println(tag.asText()));
            out.println(message.path("image").asText());
        } else if (message.has("error")) {
            failed = true;
            out.flush();
            err.println("gantry: " + ApiProblem.describe(Json.mapper().convertValue(message.path("error"), Problem.class)));
        }
        out.flush();
    }

    /** Nothing more will come. @return 0 if it ended with an image */
    int end() {
        if (!finished && !failed) {
            err.println("gantry: the output ended before the build did; is image-service there? See: ./gantry status");
        }
        return finished ? 0 : 1;
    }
}
