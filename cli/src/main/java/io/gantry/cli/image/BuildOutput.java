package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.progress.Progress;
import java.io.PrintWriter;

/** Of a build: {@code {"step", "total", "instruction"}}, {@code {"cached"}}, {@code {"stream"}}, at the end {@code {"image", "tags"}}. */
final class BuildOutput extends ToldOutput {
    BuildOutput(Progress progress, PrintWriter out, PrintWriter err) {
        super(progress, out, err, "the output ended before the build did");
    }

    @Override
    void tell(JsonNode line) {
        if (line.has("step")) {
            int number = line.path("step").asInt();
            int total = line.path("total").asInt();
            progress.text("[%d/%d] %s%n".formatted(number, total, line.path("instruction").asText()));
            progress.step(number, total);
        } else if (line.has("cached")) {
            progress.text("      cached\n");
        } else if (line.has("stream")) {
            progress.text(line.path("stream").asText());
        }
    }
}
