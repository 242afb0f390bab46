package io.gantry.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.EventTypes;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.problem.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each version of each event has an example in {@code src/test/resources/events}, kept for ever: what was written once can be read
 * by every later version. {@code mvn test -Dgantry.golden=write} writes examples for new events; existing ones are never touched.
 */
class EventContractTest {
    private static final Path EXAMPLES = Path.of("src/test/resources/events");
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");

    @TestFactory
    Stream<DynamicTest> theExampleOfEachEventIsStillRead() {
        return EventTypes.all().stream().map(entry -> DynamicTest.dynamicTest(entry.type(), () -> {
            Path file = EXAMPLES.resolve(entry.type() + ".json");
            if (!Files.exists(file) && "write".equals(System.getProperty("gantry.golden"))) {
                Files.writeString(file, pretty(example(entry)));
            }
            assertThat(file).as("run with -Dgantry.golden=write to add the example").exists();
            String kept = Files.readString(file);
            Fact read = Fact.fromJson(kept);
            assertThat(read.event()).isInstanceOf(entry.record());
            assertThat(fieldsOf(kept)).as("every field of the example is understood").isSubsetOf(fieldsOf(read.toJson()));
        }));
    }

    @Test
    void aRefusedEndpointFromBeforeItToldItsProblemHasNoAddress() throws IOException {
        Event read = Fact.fromJson(Files.readString(EXAMPLES.resolve("io.gantry.endpoint.refused.v1.json"))).event();
        assertThat(((EndpointEvent.Refused) read).problem()).isEqualTo(ProblemType.NO_ADDRESS);
    }

    @Test
    void noExampleIsLeftWithoutItsEvent() throws IOException {
        List<String> types = EventTypes.all().stream().map(EventTypes.Entry::type).toList();
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            assertThat(files.map(file -> file.getFileName().toString().replaceAll("\\.json$", ""))).allMatch(types::contains);
        }
    }

    @Test
    void typesAreUniqueAndNameTheirAggregateAndVersion() {
        List<String> types = EventTypes.all().stream().map(EventTypes.Entry::type).toList();
        assertThat(types).doesNotHaveDuplicates().allMatch(type -> type.matches("io\\.gantry\\.[a-z]+\\.[a-z-]+\\.v\\d+"));
    }

    @Test
    void aFactIsACloudEvent() {
        JsonNode json = Json.read(example(EventTypes.named("io.gantry.node.lost.v1")), JsonNode.class);
        assertThat(json.path("specversion").asText()).isEqualTo("1.0");
        assertThat(json.path("source").asText()).isEqualTo("/gantry/example");
        assertThat(json.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(json.path("time").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(json.path("data").path("epoch").asLong()).isEqualTo(7);
        assertThat(json.path("data").has("subject")).as("the subject stands once, outside the data").isFalse();
    }

    @Test
    void whatIsNoEventOfOursIsRefused() {
        assertThatThrownBy(() -> Fact.fromJson("{\"type\": \"com.example.else\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no event is called 'com.example.else'");
        assertThatThrownBy(() -> Fact.fromJson("not json")).isInstanceOf(IllegalArgumentException.class);
    }

    private static String example(EventTypes.Entry entry) {
        Event event = (Event) Example.of(entry.record());
        return new Fact(new UUID(0x0198_0000_0000_7000L, 0x8000_0000_0000_0001L), "/gantry/example", event.subject(), TIME, null, event)
                .toJson();
    }

    private static String pretty(String json) {
        return Json.read(json, JsonNode.class).toPrettyString() + "\n";
    }

    private static TreeSet<String> fieldsOf(String json) {
        TreeSet<String> fields = new TreeSet<>();
        collect(Json.read(json, JsonNode.class), "", fields);
        return fields;
    }

    private static void collect(JsonNode node, String path, TreeSet<String> fields) {
        fields.add(path);
        node.properties().forEach(field -> collect(field.getValue(), path + "/" + field.getKey(), fields));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), path + "/" + i, fields);
        }
    }
}
