package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code attach/ws}, as consoles in browsers use it. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
@Timeout(60)
class BrowserAttachIT {
    @ConfigProperty(name = "gantry.token.file")
    Path token;

    @Inject DockerEdge edge;
    private final HttpClient http = HttpClient.newHttpClient();

    /** What came until the end, and how that was said. */
    private static final class Heard implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public synchronized CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            text.append(StandardCharsets.UTF_8.decode(data));
            notifyAll();
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }

        synchronized void await(String words) throws InterruptedException {
            while (text.indexOf(words) < 0) {
                wait();
            }
        }

        synchronized String all() {
            return text.toString();
        }
    }

    @Test
    void bothOutputsComeAsTheyAreAndTheEndClosesIt() throws Exception {
        String container = made("\"Cmd\": [\"sh\", \"-c\", \"echo out; echo err >&2\"]");
        Heard heard = new Heard();
        attach(container, "stream=1&stdout=1&stderr=1", heard);
        call("POST", "/containers/" + container + "/start", "");
        assertThat(heard.closed.get(20, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
        assertThat(heard.all()).contains("out\n", "err\n").hasSize(8);
    }

    @Test
    void whatIsTypedGoesInAndTheEndOfTheWebSocketIsTheEndOfTheInput() throws Exception {
        String container = made("\"OpenStdin\": true, \"StdinOnce\": true, \"AttachStdin\": true, \"Cmd\": [\"cat\"]");
        Heard heard = new Heard();
        WebSocket socket = attach(container, "stream=1&stdin=1&stdout=1", heard);
        call("POST", "/containers/" + container + "/start", "");
        socket.sendBinary(ByteBuffer.wrap("there and back\n".getBytes(StandardCharsets.UTF_8)), true).get();
        heard.await("there and back\n");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
        assertThat(call("POST", "/containers/" + container + "/wait", "").path("StatusCode").asInt(-1)).isZero();
    }

    @Test
    void theKeysToLeaveEndItAndNotTheContainer() throws Exception {
        String container = made("\"Tty\": true, \"OpenStdin\": true, \"Cmd\": [\"sleep\", \"30\"]");
        call("POST", "/containers/" + container + "/start", "");
        Heard heard = new Heard();
        attach(container, "stream=1&stdin=1&stdout=1&detachKeys=ctrl-x", heard).sendText("\u0018", true).get();
        assertThat(heard.closed.get(20, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
        assertThat(call("GET", "/containers/" + container + "/json", "").at("/State/Running").asBoolean()).isTrue();
        call("DELETE", "/containers/" + container + "?force=1", "");
    }

    @Test
    void whoCannotBeServedIsAnswered() throws Exception {
        assertThatThrownBy(() -> attach("nobody", "stream=1", new Heard()))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, e -> assertThat(e.getResponse().statusCode()).isEqualTo(404));
        String container = made("\"Cmd\": [\"true\"]");
        assertThat(call("GET", "/containers/" + container + "/attach/ws?stream=1", "").path("message").asText()).startsWith("this is a WebSocket");
    }

    private String made(String more) throws Exception {
        return call("POST", "/containers/create", "{\"Image\": \"busy\", " + more + "}").path("Id").asText();
    }

    private WebSocket attach(String container, String query, Heard heard) throws IOException {
        return http.newWebSocketBuilder()
                .header("Authorization", authorization())
                .buildAsync(URI.create("ws://127.0.0.1:" + edge.port() + "/v1.47/containers/" + container + "/attach/ws?" + query), heard)
                .join();
    }

    private JsonNode call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + path))
                .header("Authorization", authorization())
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return answer.isEmpty() ? Json.mapper().nullNode() : Json.read(answer, JsonNode.class);
    }

    private String authorization() throws IOException {
        return "Bearer " + Files.readString(token).strip();
    }
}
