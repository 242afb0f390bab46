package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.client.ApiProblem;
import io.gantry.cli.progress.Progress;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Lines that tell how something goes, each a JSON object: at the end what came of it, or {@code {"error"}} with a problem. */
abstract class ToldOutput {
    final Progress progress;
    private final PrintWriter out;
    private final PrintWriter err;
    private final String cutOff;
    private boolean finished;
    private boolean failed;

    /** @param cutOff what to say when there is no end */
    ToldOutput(Progress progress, PrintWriter out, PrintWriter err, String cutOff) {
        this.progress = progress;
        this.out = out;
        this.err = err;
        this.cutOff = cutOff;
    }

    /** What happens on the way. */
    abstract void tell(JsonNode line);

    /** Before the trouble itself is told. */
    void trouble(JsonNode line, PrintWriter to) {
        // most have no more to say
    }

    /** An end that is no image. @return whether this line is one */
    boolean isOtherEnd(JsonNode line, PrintWriter to) {
        return false;
    }

    /** To the end of the answer. @return 0 if it ended well */
    final int follow(InputStream answer) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    line(Json.read(line, JsonNode.class));
                }
            }
        }
        progress.settle();
        if (!finished && !failed) {
            err.println("gantry: " + cutOff + "; is image-service there? See: ./gantry status");
        }
        return finished && !failed ? 0 : 1;
    }

    private void line(JsonNode line) {
        if (line.has("error")) {
            failed = true;
            progress.settle();
            trouble(line, err);
            err.println("gantry: " + ApiProblem.describe(Json.mapper().convertValue(line.path("error"), Problem.class)));
        } else if (line.has("image") || line.has("pushed")) {
            finished = true;
            progress.settle();
            line.path("tags").forEach(tag -> out.println(tag.asText()));
            out.println(line.path(line.has("image") ? "image" : "manifest").asText());
            out.flush();
        } else if (isOtherEnd(line, out)) {
            finished = true;
            out.flush();
        } else {
            tell(line);
        }
    }
}
