package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.progress.Progress;
import io.gantry.contracts.unit.Bytes;
import java.io.PrintWriter;

/** Of a pull, push, load or import: {@code {"layer", "state"}} or {@code {"layer", "size"}}, at the end {@code {"image"}} or {@code {"pushed"}}. */
final class TransferOutput extends ToldOutput {
    private static final int SHORT = 12;

    TransferOutput(Progress progress, PrintWriter out, PrintWriter err) {
        super(progress, out, err, "the output ended early");
    }

    @Override
    void tell(JsonNode line) {
        if (!line.has("layer")) {
            return;
        }
        String id = line.path("layer").asText().substring("sha256:".length()).substring(0, SHORT);
        switch (line.path("state").asText("DONE")) {
            case "PRESENT" -> progress.over(id, "is there already");
            case "DONE" -> progress.over(id, new Bytes(line.path(line.has("size") ? "size" : "total").asLong()).toString());
            default -> progress.bytes(id, line.path("current").asLong(), line.path("total").asLong());
        }
    }
}
