package io.gantry.cli.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Tint;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.view.ContainerView.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A container as a list shows it. Of its JSON, since the few fields are there before Jackson knew how to read a whole {@code ContainerView}.
 *
 * @param container as the API answers it
 */
record ContainerLine(JsonNode container, Instant now) {
    private static final int SHORT = 40;

    static String shortId(JsonNode container) {
        return container.path("id").asText().substring(0, 12);
    }

    Object[] cells() {
        return new Object[] {
            shortId(container), text("name"), container.path("spec").path("image").asText(), tint(), ready() ? "yes" : "no",
            container.path("node").path("name").asText(), container.path("endpoint").path("address").asText(), ports(),
            Ago.since(instant("createdAt"), now)
        };
    }

    private Tint tint() {
        State state = State.valueOf(text("state"));
        String words = state.name().toLowerCase(Locale.ROOT) + more(state);
        return switch (state) {
            case RUNNING -> ready() ? Tint.good(words) : Tint.uneasy(words);
            case FAILED, LOST -> Tint.bad(words);
            case EXITED -> text("exitCode").equals("0") ? Tint.uneasy(words) : Tint.bad(words);
            default -> Tint.uneasy(words);
        };
    }

    private String more(State state) {
        return switch (state) {
            case EXITED -> " (" + text("exitCode") + (container.hasNonNull("outOfMemory") ? ", out of memory" : "") + ")" + loop();
            case FAILED -> inBrackets(container.path("failure").path("step")) + loop();
            case PREPARING -> inBrackets(container.path("failure").path("step"));
            case RUNNING -> inBrackets(container.path("health").path("status")).toLowerCase(Locale.ROOT) + (container.hasNonNull("sharedMemory") ? ", /dev/shm nearly full" : "");
            default -> "";
        };
    }

    /** What goes wrong again and again, in a few words: {@code ", 3 restarts, again in 8 s: can't reach db"}; empty where nothing does. */
    private String loop() {
        if (!container.hasNonNull("nextTry")) {
            return "";
        }
        int restarts = container.path("restarts").asInt();
        long seconds = Math.max(0, Duration.between(now, instant("nextTry")).toSeconds());
        JsonNode ends = container.path("ends");
        String words = lastWords(ends.path(ends.size() - 1));
        return ", " + restarts + " restart" + (restarts == 1 ? "" : "s") + ", again in " + seconds + " s" + (words.isEmpty() ? "" : ": " + words);
    }

    private static String lastWords(JsonNode end) {
        JsonNode lines = end.path("lastLines");
        String words = lines.isEmpty() ? end.path("detail").asText() : lines.path(lines.size() - 1).asText();
        return words.length() > SHORT ? words.substring(0, SHORT - 1) + "…" : words;
    }

    private String ports() {
        List<PortPublish> ports = new ArrayList<>();
        for (JsonNode port : container.path("endpoint").path("ports")) {
            Ipv4 on = port.hasNonNull("hostAddress") ? Ipv4.parse(port.path("hostAddress").asText()) : null;
            ports.add(new PortPublish(on, port.path("hostPort").asInt(), port.path("containerPort").asInt(), PortPublish.Protocol.valueOf(port.path("protocol").asText())));
        }
        return PublishedPort.show(ports);
    }

    private boolean ready() {
        return container.path("ready").asBoolean();
    }

    private Instant instant(String field) {
        return container.hasNonNull(field) ? Instant.parse(text(field)) : null;
    }

    private String text(String field) {
        return container.path(field).asText("");
    }

    private static String inBrackets(JsonNode word) {
        return word.asText("").isEmpty() ? "" : " (" + word.asText() + ")";
    }
}
