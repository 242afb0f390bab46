package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import java.io.PrintWriter;

/** Lines of a running build, each a JSON object: {@code {"text"}}, at the end {@code {"image"}} or {@code {"problem"}}. */
final class BuildOutput {
    private final PrintWriter out;
    private boolean failed;

    BuildOutput(PrintWriter out) {
        this.out = out;
    }

    void line(String json) {
        if (json.isBlank()) {
            return;
        }
        JsonNode message = Json.read(json, JsonNode.class);
        if (message.has("problem")) {
            failed = true;
            out.println("gantry: " + message.path("problem").path("detail").asText());
            String hint = message.path("problem").path("hint").asText("");
            if (!hint.isEmpty()) {
                out.println("        " + hint);
            }
        } else if (message.has("text")) {
            String text = message.path("text").asText();
            out.print(text.endsWith("\n") ? text : text + "\n");
        } else if (message.has("image")) {
            out.println(message.path("image").asText());
        }
        out.flush();
    }

    boolean failed() {
        return failed;
    }
}
