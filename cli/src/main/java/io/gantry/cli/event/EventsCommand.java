package io.gantry.cli.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.envelope.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "events", description = "Prints events as they happen, until interrupted.")
public final class EventsCommand extends ApiCommand {
    @Option(names = "--json", description = "each as one line of JSON (CloudEvents)")
    private boolean json;

    @Option(names = "--after", paramLabel = "EVENT", description = "go on behind this event's id, or behind a time")
    private String after;

    @Option(names = "--since", paramLabel = "WHEN", description = "begin then: 2026-01-31T12:00:00Z, Unix seconds, or so long ago, 10m")
    private String since;

    @Option(names = "--until", paramLabel = "WHEN", description = "end then, at once if that is past")
    private String until;

    @Override
    protected int run(ApiClient api, PrintWriter out) throws IOException {
        String query = Stream.of(parameter("after", after), parameter("since", since), parameter("until", until)).flatMap(s -> s).collect(Collectors.joining("&"));
        String path = "/events" + (query.isEmpty() ? "" : "?" + query);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(api.stream(path), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    out.println(json ? line.substring(5).strip() : show(Json.read(line.substring(5), JsonNode.class)));
                    out.flush();
                }
            }
        }
        return 0;
    }

    private static Stream<String> parameter(String name, String value) {
        return value == null ? Stream.of() : Stream.of(name + "=" + ApiClient.escape(value));
    }

    private static String show(JsonNode event) {
        String type = event.path("type").asText().replaceFirst("^io\\.gantry\\.", "").replaceFirst("\\.v\\d+$", "");
        String subject = event.path("subject").asText();
        String name = event.path("data").path("name").asText("");
        return event.path("time").asText() + "  " + type + "  "
                + (subject.matches("[0-9a-f]{64}") ? subject.substring(0, 12) : subject)
                + (name.isEmpty() ? "" : "  " + name)
                + (event.path("data").path("by").isArray() ? "  " + disturbed(event.path("data")) : "");
    }

    /** {@code waits for IO in 43 % of the time: batch 71 %, the host 4 %} */
    private static String disturbed(JsonNode data) {
        String by = StreamSupport.stream(data.path("by").spliterator(), false)
                .map(one -> "%s %.0f %%".formatted(one.path("container").isTextual() ? one.path("name").asText() : "the host", one.path("percent").asDouble()))
                .collect(Collectors.joining(", "));
        return "waits for %s in %.0f %% of the time: %s".formatted(data.path("resource").asText(), data.path("percent").asDouble(), by);
    }
}
