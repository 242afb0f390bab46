package io.gantry.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.link.StreamControl;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs, attach, exec and explain through the gateway, from an agent that asks for certificates. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class StreamIT {
    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    private ApiClient api;

    @BeforeEach
    void connect() throws Exception {
        api = new ApiClient(address.getPort(), tokenFile);
    }

    @Test
    void followsALogToItsEnd() throws Exception {
        String id = container("[\"sh\", \"-c\", \"echo one; echo two >&2; echo three\"]", true);
        assertThat(api.get("/api/v1/containers/" + id + "/logs?follow&stdout=true&stderr=false").body()).isEqualTo("one\nthree\n");
        var json = api.http().send(
                api.request("/api/v1/containers/" + id + "/logs?stdout=true&stderr=true&tail=1").header("Accept", "application/x-ndjson").build(), BodyHandlers.ofString());
        JsonNode line = Json.read(json.body(), JsonNode.class);
        assertThat(line.path("text").asText()).isIn("three", "two");
        assertThat(line.path("full").asBoolean()).isTrue();
    }

    @Test
    void tellsALogByWebSocketLineByLine() throws Exception {
        String id = container("[\"sh\", \"-c\", \"echo one; echo two >&2; echo three\"]", true);
        List<JsonNode> lines = new CopyOnWriteArrayList<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        WebSocket socket = api.http()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + api.token())
                .buildAsync(URI.create("ws://127.0.0.1:" + address.getPort() + "/api/v1/containers/" + id + "/logs?follow&stdout=true&stderr=true"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        lines.add(Json.read(text.toString(), JsonNode.class));
                        from.request(1);
                        return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int code, String why) {
                        closed.complete(code);
                        return null;
                    }
                })
                .get(20, TimeUnit.SECONDS);
        assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
        assertThat(lines).extracting(line -> line.path("text").asText()).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(lines).filteredOn(line -> line.path("text").asText().equals("two")).extracting(line -> line.path("stream").asText()).containsExactly("stderr");
        assertThat(socket.isInputClosed()).isTrue();
    }

    @Test
    void explainsAsJsonAndAsText() throws Exception {
        String id = container("[\"true\"]", false);
        assertThat(api.get("/api/v1/containers/" + id + "/explain").body()).contains("\"call\": \"clone3(CLONE_NEWUSER)\"");
        assertThat(api.get("/api/v1/containers/" + id + "/explain?format=text").body())
                .contains("  1. Make the namespaces  [launcher, 1.50 ms]").contains("call   clone3(CLONE_NEWUSER)").contains("shell  unshare -U");
    }

    @Test
    void passesTheIsolationReportOn() throws Exception {
        String id = container("[\"true\"]", false);
        assertThat(api.get("/api/v1/containers/" + id + "/isolation").body()).contains(id, "\"grade\": \"A\"");
        assertThat(api.get("/api/v1/containers/" + id + "/isolation?format=text").statusCode()).isEqualTo(400);
        assertThat(api.get("/api/v1/containers/" + id + "/pressure").body()).contains(id, "2000");
        assertThat(api.get("/api/v1/containers/" + id + "/pressure?seconds=5").body()).contains(id, "5000");
        assertThat(api.get("/api/v1/containers/" + id + "/pressure?seconds=11").statusCode()).isEqualTo(400);
    }

    @Test
    void anAttachBeforeTheStartLosesNothing() throws Exception {
        String id = container("[\"sh\", \"-c\", \"echo ready; cat; exit 6\"]", false);
        Talk talk = new Talk();
        WebSocket socket = open("/api/v1/containers/" + id + "/attach?stdin=true&stdout=true", talk);
        api.post("/api/v1/containers/" + id + "/start", "");
        socket.sendBinary(frame(StreamControl.STDIN, "hello"), true).join();
        socket.sendBinary(frame(StreamControl.CONTROL, "{\"type\":\"stdin-closed\"}"), true).join();
        assertThat(talk.exit.get(20, TimeUnit.SECONDS)).isEqualTo(6);
        assertThat(talk.output.toString()).isEqualTo("ready\nhello");
    }

    @Test
    void runsAFurtherCommand() throws Exception {
        String id = container("[\"sleep\", \"30\"]", true);
        var made = api.post("/api/v1/containers/" + id + "/execs", "{\"command\": [\"sh\", \"-c\", \"echo x; exit 2\"]}");
        assertThat(made.statusCode()).isEqualTo(201);
        Talk talk = new Talk();
        open("/api/v1/execs/" + id + "/" + Json.read(made.body(), JsonNode.class).path("id").asText(), talk);
        assertThat(talk.exit.get(20, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(talk.output.toString()).isEqualTo("x\n");
    }

    @Test
    void anAgentOfBeforeIsSpokenToByWebSockets() throws Exception {
        String id = container("[\"sleep\", \"30\"]", true);
        var made = api.post("/api/v1/containers/" + id + "/execs", "{\"command\": [\"sh\", \"-c\", \"cat; exit 3\", \"former\"]}");
        Talk talk = new Talk();
        WebSocket socket = open("/api/v1/execs/" + id + "/" + Json.read(made.body(), JsonNode.class).path("id").asText(), talk);
        socket.sendBinary(frame(StreamControl.STDIN, "hello"), true).join();
        socket.sendBinary(frame(StreamControl.CONTROL, "{\"type\":\"stdin-closed\"}"), true).join();
        assertThat(talk.exit.get(20, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(talk.output.toString()).isEqualTo("hello");
    }

    @Test
    void aMessageThatComesInPiecesIsOneFrame() throws Exception {
        String id = container("[\"sleep\", \"30\"]", true);
        var made = api.post("/api/v1/containers/" + id + "/execs", "{\"command\": [\"cat\"]}");
        Talk talk = new Talk();
        WebSocket socket = open("/api/v1/execs/" + id + "/" + Json.read(made.body(), JsonNode.class).path("id").asText(), talk);
        socket.sendBinary(frame(StreamControl.STDIN, "he"), false).join();
        socket.sendBinary(ByteBuffer.wrap("llo".getBytes(StandardCharsets.UTF_8)), true).join();
        socket.sendText("nobody reads that", true).join();
        socket.sendBinary(frame(StreamControl.CONTROL, "{\"type\":\"stdin-closed\"}"), true).join();
        assertThat(talk.exit.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(talk.output.toString()).isEqualTo("hello");
    }

    @Test
    void anEndThatComesAtOnceIsTold() throws Exception {
        String id = container("[\"sleep\", \"30\"]", true);
        for (int i = 0; i < 100; i++) {
            var made = api.post("/api/v1/containers/" + id + "/execs", "{\"command\": [\"none\"]}");
            Talk talk = new Talk();
            open("/api/v1/execs/" + id + "/" + Json.read(made.body(), JsonNode.class).path("id").asText(), talk);
            assertThat(talk.exit.get(20, TimeUnit.SECONDS)).isEqualTo(127);
        }
    }

    @Test
    void looksIntoOneWithTheFilesOfAnotherImage() throws Exception {
        String id = container("[\"sleep\", \"30\"]", true);
        var made = api.post("/api/v1/containers/" + id + "/debugs", "{\"image\": \"tools:1\", \"command\": [\"echo\", \"seen\"]}");
        assertThat(made.statusCode()).isEqualTo(201);
        Talk talk = new Talk();
        open("/api/v1/execs/" + id + "/" + Json.read(made.body(), JsonNode.class).path("id").asText(), talk);
        assertThat(talk.exit.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(talk.output.toString()).matches("tools:1 sha256:[0-9a-f]{64}\nseen\n");
    }

    @Test
    void saysWhatToPushWhereThereIsNoToolbox() throws Exception {
        String id = container("[\"sleep\", \"30\"]", true);
        var refused = api.post("/api/v1/containers/" + id + "/debugs", "{}");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).contains("there is no toolbox: no image is named gantry/toolbox:latest", "push one with a shell");
        assertThat(api.post("/api/v1/containers/" + id + "/debugs", "{\"image\": \"tools:1\", \"colour\": 1}").body()).contains("colour");
        assertThat(api.post("/api/v1/containers/nobody/debugs", "{\"image\": \"tools:1\"}").statusCode()).isEqualTo(404);
    }

    @Test
    void saysWhyThereIsNothingToAttachTo() throws Exception {
        var plain = api.get("/api/v1/containers/nobody/attach");
        assertThat(plain.statusCode()).isEqualTo(400);
        assertThat(api.get("/api/v1/containers/nobody/logs").statusCode()).isEqualTo(404);
        assertThat(api.post("/api/v1/containers/nobody/execs", "{}").body()).contains("command is missing");
    }

    private String container(String command, boolean start) throws Exception {
        String id = Json.read(api.post("/api/v1/containers", "{\"spec\": {\"image\": \"busy\", \"command\": " + command + "}}").body(), JsonNode.class).path("id").asText();
        if (start) {
            api.post("/api/v1/containers/" + id + "/start", "");
        }
        return id;
    }

    private WebSocket open(String path, Talk talk) {
        return api.http().newWebSocketBuilder().header("Authorization", "Bearer " + api.token()).buildAsync(URI.create("ws://127.0.0.1:" + address.getPort() + path), talk).join();
    }

    private static ByteBuffer frame(byte what, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + bytes.length).put(what).put(bytes).flip();
    }

    private static final class Talk implements WebSocket.Listener {
        final StringBuffer output = new StringBuffer();
        final CompletableFuture<Integer> exit = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte what = data.get();
            String text = StandardCharsets.UTF_8.decode(data).toString();
            if (what == StreamControl.CONTROL) {
                exit.complete(((StreamControl.Exit) Json.read(text, StreamControl.class)).code());
            } else {
                output.append(text);
            }
            socket.request(1);
            return null;
        }
    }
}
