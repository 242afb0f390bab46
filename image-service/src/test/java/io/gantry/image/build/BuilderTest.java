package io.gantry.image.build;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.image.fixture.FactLog;
import io.gantry.image.fixture.FakeAgent;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.Installation;
import io.gantry.kit.stream.KafkaLink;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Builds, with the test in the place of container-service and of the node's agent. */
abstract class BuilderTest extends ImageServiceTest {
    static final NodeId NODE = new NodeId("node-0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee");
    static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    @Inject KafkaLink kafka;
    FactLog builds;
    FactLog images;
    FakeAgent agent;
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void begin() throws Exception {
        builds = new FactLog(kafka, Topics.BUILD);
        images = new FactLog(kafka, Topics.IMAGE);
        agent = new FakeAgent(Installation.pki(), "node");
        meetNode();
    }

    @AfterEach
    void end() {
        builds.close();
        images.close();
        agent.close();
    }

    void meetNode() throws Exception {
        builds.say(new NodeEvent.Ready(NODE, "n1", Ipv4.parse("127.0.0.1"), agent.port(), 1));
    }

    BuildEvent.ContainerWanted wanted() {
        return builds.next(BuildEvent.ContainerWanted.class, _ -> true);
    }

    void exit(BuildEvent.ContainerWanted wanted, int code, String log, byte[] layer) {
        agent.hold(wanted.container().value(), log, layer);
        builds.say(new ContainerEvent.Started(wanted.container(), NODE, 1, Instant.now()));
        builds.say(new ContainerEvent.Exited(
                wanted.container(), NODE, wanted.owner(), 1, code, Observed.ExitReason.EXITED, Instant.now(), null));
    }

    CompletableFuture<List<JsonNode>> build(String query, Map<String, String> context) throws Exception {
        return build(query, context, Map.of());
    }

    CompletableFuture<List<JsonNode>> build(String query, Map<String, String> context, Map<String, byte[]> binary) throws Exception {
        return http.sendAsync(request(query, context, binary), BodyHandlers.ofString())
                .thenApply(answer -> answer.body().lines().map(line -> {
                    JsonNode json = Json.read(line, JsonNode.class);
                    return json.has("detail") ? (JsonNode) Json.mapper().createObjectNode().set("error", json) : json;
                }).toList());
    }

    HttpRequest request(String query, Map<String, String> context) throws IOException {
        return request(query, context, Map.of());
    }

    HttpRequest request(String query, Map<String, String> context, Map<String, byte[]> binary) throws IOException {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.getPort() + "/image-service/builds?" + query))
                .header("Authorization", token.header())
                .POST(BodyPublishers.ofByteArray(tar(context, binary)))
                .build();
    }

    /** Below {@code /image-service}. */
    HttpResponse<String> ask(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/image-service" + path)).header("Authorization", token.header()).method(method, BodyPublishers.noBody()).build();
        return http.send(request, BodyHandlers.ofString());
    }

    JsonNode get(String path) throws Exception {
        return Json.read(ask("GET", path).body(), JsonNode.class);
    }

    /** Of a build, each as {@code 2 RAN}, triggers as {@code 1-1 RAN}. */
    List<String> states(BuildId build) throws Exception {
        return states(get("/builds/" + build).path("steps"));
    }

    static List<String> states(JsonNode steps) {
        List<String> all = new ArrayList<>();
        steps.forEach(step -> all.add(step.path("step").asText() + (step.has("trigger") ? "-" + step.path("trigger").asText() : "") + " " + step.path("state").asText()));
        return all;
    }

    static String error(CompletableFuture<List<JsonNode>> build) throws Exception {
        return build.get(30, TimeUnit.SECONDS).getLast().path("error").path("detail").asText();
    }

    static String text(List<JsonNode> events) {
        return String.join("", events.stream().filter(e -> e.has("stream")).map(e -> e.path("stream").asText()).toList());
    }

    static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> other = new TreeMap<>(map);
        other.put(key, value);
        return other;
    }

    static byte[] tar(Map<String, String> files) throws IOException {
        return tar(files, Map.of());
    }

    static byte[] tar(Map<String, String> files, Map<String, byte[]> binary) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            TreeMap<String, String> all = new TreeMap<>(files);
            binary.keySet().forEach(name -> all.putIfAbsent(name, ""));
            for (var each : all.entrySet()) {
                byte[] content = binary.getOrDefault(each.getKey(), each.getValue().getBytes());
                writer.add(TarEntry.file(each.getKey(), 0644, 1000, 1000, content.length, TIME), new ByteArrayInputStream(content));
            }
        }
        return out.toByteArray();
    }

    static List<String> names(ImageEvent.Tagged tagged, int layer) throws IOException {
        return entries(tagged, layer).stream().map(entry -> entry.kind() + " " + entry.name()).toList();
    }

    static List<TarEntry> entries(ImageEvent.Tagged tagged, int layer) throws IOException {
        String hex = tagged.image().layers().get(layer).blob().hex();
        List<TarEntry> entries = new ArrayList<>();
        try (var in = new GZIPInputStream(Files.newInputStream(Installation.data().resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex)))) {
            TarReader reader = new TarReader(in);
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                entries.add(next.get());
            }
        }
        return entries;
    }
}
