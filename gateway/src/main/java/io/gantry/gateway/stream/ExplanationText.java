package io.gantry.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.stream.StreamSupport;

/** An agent's explanation of a container, for people. */
final class ExplanationText {
    private ExplanationText() {}

    static String of(JsonNode explanation) {
        StringBuilder text = new StringBuilder();
        long ahead = StreamSupport.stream(explanation.path("steps").spliterator(), false).filter(step -> step.path("ahead").asBoolean()).count();
        text.append("%s (%s), run %d: %d steps in %s ms%s%n".formatted(
                explanation.path("name").asText(),
                explanation.path("container").asText(),
                explanation.path("run").asLong(),
                explanation.path("steps").size(),
                millis(explanation.path("totalMicros").asLong()),
                ahead == 0 ? "" : ", " + ahead + " of them done before by a process that was kept ready"));
        for (JsonNode step : explanation.path("steps")) {
            text.append("%n%3d. %s  [%s, %s ms%s]%n".formatted(
                    step.path("number").asInt(), step.path("title").asText(), step.path("where").asText(), millis(step.path("micros").asLong()),
                    step.path("ahead").asBoolean() ? ", ahead" : ""));
            line(text, "call ", step.path("call").asText(""));
            line(text, "shell", step.path("shell").asText(""));
            line(text, "undo ", step.path("undo").asText(""));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String title, String value) {
        if (!value.isEmpty()) {
            text.append("     %s  %s%n".formatted(title, value));
        }
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.2f", micros / 1000.0);
    }
}
