package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** Of a build: {@code {"step", "total", "instruction"}}, {@code {"cached"}}, {@code {"stream"}}, at the end {@code {"image", "tags"}}. */
final class BuildOutput extends ToldOutput {
    BuildOutput(PrintWriter out, PrintWriter err) {
        super(out, err, "the output ended before the build did");
    }

    @Override
    void tell(JsonNode line) {
        if (line.has("step")) {
            out.printf("[%d/%d] %s%n", line.path("step").asInt(), line.path("total").asInt(), line.path("instruction").asText());
        } else if (line.has("cached")) {
            out.println("      cached");
        } else if (line.has("stream")) {
            out.print(line.path("stream").asText());
        }
    }
}
