package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Lines of JSON as they come, for programs. */
final class RawLines {
    private RawLines() {}

    /**
     * To the end of the answer.
     *
     * @param heard is told each line, too
     * @return 0 if its last line isn't an error, and there is one
     */
    static int copy(InputStream answer, PrintWriter out, Consumer<JsonNode> heard) throws IOException {
        JsonNode last = null;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    last = Json.read(line, JsonNode.class);
                    out.println(line);
                    out.flush();
                    heard.accept(last);
                }
            }
        }
        return last != null && (last.has("image") || last.has("forecast")) ? 0 : 1;
    }
}
