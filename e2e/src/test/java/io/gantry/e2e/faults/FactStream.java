package io.gantry.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.StepFailed;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The facts that anybody sees, from now on: {@code GET /events}. */
final class FactStream implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, JsonNode> seen = new ConcurrentHashMap<>();

    FactStream(Stage stage) {
        try {
            String token = Files.readString(stage.home().resolve("token")).strip();
            HttpRequest request = HttpRequest.newBuilder(URI.create(stage.url() + "/api/v1/events"))
                    .header("Authorization", "Bearer " + token)
                    .build();
            Stream<String> lines = http.send(request, BodyHandlers.ofLines()).body();
            Thread.ofPlatform().daemon().name("facts").start(() -> read(lines));
        } catch (IOException e) {
            throw new StepFailed("the stream of facts can't be read: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted", e);
        }
    }

    private void read(Stream<String> lines) {
        try {
            lines.filter(line -> line.startsWith("data:")).forEach(line -> keep(line.substring("data:".length())));
        } catch (RuntimeException closed) {
            // the test is over
        }
    }

    private void keep(String text) {
        try {
            JsonNode fact = JSON.readTree(text);
            seen.put(fact.path("id").asText(), fact);
        } catch (IOException e) {
            throw new IllegalStateException("no fact: " + text, e);
        }
    }

    /** There is, or soon will be, one fact of that type whose data has that text in that field. One that was sent twice is one. */
    void awaitOne(String type, String field, String value) {
        Expect.eventually(PATIENCE, () -> {
            Expect.same("facts " + type + " with " + field + " " + value, 1L, count(type, field, value));
            return null;
        });
    }

    private long count(String type, String field, String value) {
        return seen.values().stream()
                .filter(fact -> fact.path("type").asText().equals("io.gantry." + type + ".v1"))
                .filter(fact -> fact.path("data").path(field).asText().equals(value))
                .count();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
