package io.gantry.cli.container;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** An explanation as a person reads it: one step after the other, each with its call and what one could type instead. */
final class Story {
    private Story() {}

    static String of(JsonNode explanation) {
        StringBuilder text = new StringBuilder();
        text.append(explanation.path("name").asText()).append(", run ").append(explanation.path("run").asLong()).append('\n');
        String where = "";
        for (JsonNode step : explanation.path("steps")) {
            if (!where.equals(step.path("where").asText())) {
                where = step.path("where").asText();
                text.append("\nin the ").append(where).append(":\n");
            }
            text.append(String.format(
                    Locale.ROOT, "%3d. %s  (%d µs%s)%n", step.path("number").asInt(), step.path("title").asText(), step.path("micros").asLong(),
                    step.path("ahead").asBoolean() ? ", done ahead" : ""));
            line(text, "", step.path("call").asText());
            line(text, "$ ", step.path("shell").asText());
            line(text, "undo: ", step.path("undo").asText());
        }
        return text.append(String.format(Locale.ROOT, "%n%.1f ms in all%n", explanation.path("totalMicros").asLong() / 1000.0)).toString();
    }

    private static void line(StringBuilder text, String prefix, String content) {
        if (!content.isEmpty()) {
            text.append("       ").append(prefix).append(content).append('\n');
        }
    }
}
