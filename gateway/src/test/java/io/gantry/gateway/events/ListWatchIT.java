package io.gantry.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists as they are and as they become, over a real Kafka. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
@Timeout(60)
class ListWatchIT {
    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @Inject KafkaLink kafka;

    private ApiClient api;

    /** Server-sent events, one at a time. */
    private record Stream(BufferedReader lines) implements AutoCloseable {
        private record Event(String id, String name, JsonNode data) {}

        Event next() throws IOException {
            String id = "";
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                id = line.startsWith("id: ") ? line.substring(4) : id;
                name = line.startsWith("event: ") ? line.substring(7) : name;
                if (line.startsWith("data: ")) {
                    return new Event(id, name, Json.read(line.substring(6), JsonNode.class));
                }
            }
            throw new AssertionError("the stream has ended");
        }

        /** The next fact of that container and kind, whatever else is told. */
        Event of(String container, String kind) throws IOException {
            Event event = next();
            while (!event.name().equals("io.gantry.container." + kind + ".v1") || !event.data().path("subject").asText().equals(container)) {
                event = next();
            }
            return event;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        api = new ApiClient(address.getPort(), tokenFile);
    }

    private Stream watch(String lastEventId) throws Exception {
        return watch("containers", lastEventId);
    }

    private Stream watch(String list, String lastEventId) throws Exception {
        HttpRequest.Builder request = api.request("/api/v1/" + list + "?watch");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        var answer = api.http().send(request.build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
        return new Stream(new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    private String make() throws Exception {
        String name = "watched-" + UUID.randomUUID();
        var made = api.post("/api/v1/containers", "{\"name\": \"" + name + "\", \"spec\": {\"image\": \"busy\", \"command\": [\"sleep\", \"100\"]}}");
        assertThat(made.statusCode()).isEqualTo(201);
        return Json.read(made.body(), JsonNode.class).path("id").asText();
    }

    private void remove(String id) throws Exception {
        assertThat(api.http().send(api.request("/api/v1/containers/" + id).DELETE().build(), BodyHandlers.ofString()).statusCode()).isEqualTo(204);
    }

    @Test
    void tellsHowItIsFirstAndThenWhatBecomesTrue() throws Exception {
        String id = make();
        try (Stream stream = watch(null)) {
            Stream.Event first = stream.next();
            assertThat(first.name()).isEqualTo("snapshot");
            assertThat(first.id()).isNotEmpty();
            assertThat(first.data().path("items").findValuesAsText("id")).contains(id);
            assertThat(api.post("/api/v1/containers/" + id + "/start", "").statusCode()).isEqualTo(200);
            assertThat(stream.of(id, "started").data().path("data").path("id").asText()).isEqualTo(id);
            remove(id);
            stream.of(id, "removed");
        }
    }

    @Test
    void goesOnBehindTheSnapshotOrAnyFactWithoutASnapshot() throws Exception {
        String id = make();
        String snapshot;
        try (Stream stream = watch(null)) {
            snapshot = stream.next().id();
        }
        api.post("/api/v1/containers/" + id + "/start", "");
        String started;
        try (Stream stream = watch(snapshot)) {
            started = stream.of(id, "started").id();
        }
        remove(id);
        try (Stream stream = watch(started)) {
            Stream.Event next = stream.next();
            assertThat(next.name()).isNotEqualTo("snapshot");
            while (!next.data().path("subject").asText().equals(id)) {
                next = stream.next();
            }
            assertThat(next.name()).as("what came before isn't told again").isIn("io.gantry.container.exited.v1", "io.gantry.container.removed.v1");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONTAINERS")
    void tellsOfEachListWhatItHoldsAndThenItsOwnFacts(WatchedList list) throws Exception {
        String name = list.path().substring(1);
        JsonNode held = Json.read(api.get("/api/v1/" + name).body(), JsonNode.class);
        String position;
        try (Stream stream = watch(name, null)) {
            Stream.Event first = stream.next();
            assertThat(first.name()).isEqualTo("snapshot");
            assertThat(ids(first.data())).containsExactlyInAnyOrderElementsOf(ids(held));
            String own = publish(list);
            position = until(stream, own).id();
        }
        String later = publish(list);
        try (Stream stream = watch(name, position)) {
            until(stream, later);
        }
    }

    private static List<String> ids(JsonNode items) {
        return items.path("items").valueStream().map(one -> one.path("id").asText(one.path("image").path("id").asText())).toList();
    }

    private static Stream.Event until(Stream stream, String own) throws IOException {
        Stream.Event event = stream.next();
        while (!event.name().equals(own)) {
            assertThat(event.name()).as("facts of the list's own alone").startsWith(own.substring(0, own.indexOf(".x")));
            event = stream.next();
        }
        return event;
    }

    /** A fact of the list, behind one of another kind on the same topic. @return its type */
    private String publish(WatchedList list) throws Exception {
        String own = list.types().replace("*", "x" + UUID.randomUUID());
        for (String type : List.of("io.gantry.other." + UUID.randomUUID(), own)) {
            kafka.producer().send(new ProducerRecord<>(list.topic(), "one", "{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"" + type + "\"}")).get();
        }
        return own;
    }

    @ParameterizedTest
    @CsvSource({"watch=perhaps, watch", "watch=false, watch", "watch&all=true, all", "watch&limit=1, limit"})
    void refusesWhatItCantWatch(String query, String field) throws Exception {
        var answer = api.get("/api/v1/containers?" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
    }

    @Test
    void refusesWhatIsNoPosition() throws Exception {
        var answer = api.http().send(api.request("/api/v1/containers?watch").header("Last-Event-ID", "nonsense").build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("'nonsense' is no event id");
    }
}
