package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.progress.Progress;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.BuildStepView;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Of a build, for people; what its lines are: {@link io.gantry.contracts.view.BuildLine}. Steps go side by side: whenever another one has the word, it is said which. */
final class BuildOutput extends ToldOutput {
    private final Map<Integer, String> heads = new HashMap<>();
    private final Consumer<JsonNode> heard;
    private int speaks;
    private boolean midLine;

    /** @param heard is told each line on the way, too */
    BuildOutput(Progress progress, PrintWriter out, PrintWriter err, Consumer<JsonNode> heard) {
        super(progress, out, err, "the output ended before the build did");
        this.heard = heard;
    }

    @Override
    void tell(JsonNode line) {
        heard.accept(line);
        if (line.has("step")) {
            int number = line.path("step").asInt();
            int total = line.path("total").asInt();
            String head = "[%d/%d] %s%s".formatted(number, total, line.has("trigger") ? "trigger: " : "", line.path("instruction").asText());
            heads.put(number, head);
            speaks = number;
            put(head + "\n");
            progress.step(number, total);
        } else if (line.has("cached")) {
            of(line, "      cached\n");
        } else if (line.has("missed")) {
            String why = StepWords.why(line.path("missed"));
            if (!why.isEmpty()) {
                of(line, "      not cached: " + why + "\n");
            }
        } else if (line.has("stream")) {
            turn(line);
            String text = line.path("stream").asText();
            progress.text(text);
            midLine = !text.endsWith("\n");
        } else if (line.path("millis").asLong() >= StepWords.WORTH_SAYING) {
            of(line, "      " + StepWords.time(line.path("millis").asLong()) + "\n");
        }
    }

    /** Says whose word it is if it was another one's before. */
    private void turn(JsonNode line) {
        int of = line.path("of").asInt();
        if (of != 0 && of != speaks) {
            speaks = of;
            put(heads.getOrDefault(of, "[" + of + "]") + "\n");
        }
    }

    private void of(JsonNode line, String text) {
        turn(line);
        put(text);
    }

    /** On a line of its own. */
    private void put(String text) {
        progress.text(midLine ? "\n" + text : text);
        midLine = false;
    }

    @Override
    void trouble(JsonNode line, PrintWriter to) {
        line.path("failure").path("output").forEach(each -> to.println("  | " + each.asText()));
    }

    @Override
    boolean isOtherEnd(JsonNode line, PrintWriter to) {
        if (!line.has("forecast")) {
            return false;
        }
        progress.settle();
        to.print(StepWords.forecast(List.of(Json.mapper().convertValue(line.path("forecast"), BuildStepView[].class))));
        return true;
    }
}
