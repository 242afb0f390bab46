package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.client.ApiProblem;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.Bytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Lines of a pull, push, load or import, each a JSON object: {@code {"layer", "state"}} or {@code {"layer", "size"}}, at the end {@code {"image"}} or
 * {@code {"pushed"}}, or {@code {"error"}} with a problem.
 */
final class TransferOutput {
    private static final int SHORT = 12;
    private final PrintWriter out;
    private final PrintWriter err;
    private boolean finished;
    private boolean failed;

    TransferOutput(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** @return 0 if it ended well */
    int follow(InputStream answer) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    line(Json.read(line, JsonNode.class));
                }
            }
        }
        if (!finished && !failed) {
            err.println("gantry: the output ended early; is image-service there? See: ./gantry status");
        }
        return finished && !failed ? 0 : 1;
    }

    private void line(JsonNode line) {
        if (line.has("layer")) {
            layer(line);
        } else if (line.has("image") || line.has("pushed")) {
            finished = true;
            line.path("tags").forEach(tag -> out.println(tag.asText()));
            out.println(line.has("image") ? line.path("image").asText() : line.path("manifest").asText());
        } else if (line.has("error")) {
            failed = true;
            out.flush();
            err.println("gantry: " + ApiProblem.describe(Json.mapper().convertValue(line.path("error"), Problem.class)));
        }
        out.flush();
    }

    private void layer(JsonNode line) {
        String id = line.path("layer").asText().substring("sha256:".length()).substring(0, SHORT);
        switch (line.path("state").asText("DONE")) {
            case "PRESENT" -> out.println(id + "  is there already");
            case "DONE" -> out.println(id + "  " + new Bytes(line.path(line.has("size") ? "size" : "total").asLong()));
            default -> {
                // a line for each step would be many
            }
        }
    }
}
