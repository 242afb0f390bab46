package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.check.fuzz.Footprint;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Raw bytes on a taken-over connection, as clients other than the CLI send them. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class HijackIT {
    private static final int CLIENTS = 20;
    private static final int MUCH = 8 << 20;
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @Inject DockerEdge edge;

    @Test
    void keepsWhatTheClientSentTogetherWithItsRequest() throws Exception {
        String exec = exec("[\"cat\"]", true);
        String body = "{\"Detach\":false,\"Tty\":false}";
        String answer = raw("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body + "EARLY\n");
        assertThat(answer).startsWith("HTTP/1.1 101 UPGRADED\r\n").endsWith("\1\0\0\0\0\0\0\6EARLY\n");
    }

    @Test
    void goesOnRawWithoutAnUpgradeToo() throws Exception {
        String exec = exec("[\"wc\", \"-c\"]", true);
        String answer = raw("POST /v1.40/exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n{}12345");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n").endsWith("\1\0\0\0\0\0\0\2" + "5\n");
    }

    @Test
    void theExitCodeIsThereWhenTheStreamEnds() throws Exception {
        String exec = exec("[\"sh\", \"-c\", \"exit 9\"]", false);
        raw("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}");
        assertThat(call("GET", "/exec/" + exec + "/json", "").path("ExitCode").asInt()).isEqualTo(9);
    }

    @Test
    void aRefusedTakeOverIsStillAnAnswer() throws Exception {
        assertThat(raw("POST /containers/nobody/attach?stream=1 HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "\r\nstdin"))
                .startsWith("HTTP/1.1 404 ").endsWith("{\"message\":\"No such container: nobody\"}\n");
    }

    @Test
    void refusesVersionsItDoesNotSpeak() throws Exception {
        assertThat(call("GET", "/v1.23/info", "").path("message").asText()).startsWith("client version 1.23 is too old. Minimum supported API version is 1.24");
        assertThat(call("GET", "/v1.99/info", "").path("message").asText()).startsWith("client version 1.99 is too new. Maximum supported API version is 1.47");
        assertThat(call("POST", "/plugins/pull", "{}").path("message").asText()).isEqualTo("POST /plugins/pull is not supported yet");
        assertThat(call("GET", "/unicorns", "").path("message").asText()).isEqualTo("page not found");
    }

    @Test
    void nobodyIsToldAnythingWithoutAToken() throws Exception {
        for (String request : new String[] {"GET /v1.47/unicorns", "GET /v1.23/info", "GET /containers/%00/json", "POST /exec/x/start"}) {
            try (Socket client = new Socket("127.0.0.1", edge.port())) {
                client.getOutputStream().write((request + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: 1\r\n\r\n[").getBytes(StandardCharsets.ISO_8859_1));
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)).as(request).startsWith("HTTP/1.1 401 ").contains("a token is needed");
            }
        }
    }

    @Test
    void aNameWithAControlCharacterIsRefused() throws Exception {
        for (String path : new String[] {"/containers/%00/json", "/containers/a%0Ab/json"}) {
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: d\r\n\r\n")).as(path).startsWith("HTTP/1.1 400 ").contains("has the character U+00");
        }
    }

    /** As a Dockerfile's text is. */
    @Test
    void aValueOfAQueryMayHaveLines() throws Exception {
        assertThat(raw("GET /containers/json?filters=%7B%0A%7D HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n", false)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whatIsNoRequestIsAnsweredInDockersForm() throws Exception {
        assertThat(raw("GET /" + "x".repeat(70_000) + " HTTP/1.1\r\nHost: d\r\n\r\n")).contains(" 414 ", "{\"message\":\"the request line is too long");
        assertThat(raw("GET / HTTP/1.1\r\nHost: d\r\nX: " + "x".repeat(70_000) + "\r\n\r\n")).contains(" 431 ", "{\"message\":\"the headers are too large");
        assertThat(raw("hello\r\n\r\n")).contains(" 400 ", "{\"message\":\"this is no HTTP request");
    }

    @Test
    void aBodyThatIsNoJsonObjectIsRefused() throws Exception {
        assertThat(call("POST", "/containers/create", "{\"Image\": \"busy\"} x").path("message").asText()).startsWith("the body is not JSON");
        assertThat(call("POST", "/containers/create", "{\"Image\": \"busy\", \"Image\": \"other\"}").path("message").asText()).isEqualTo("Image: there are two fields 'Image' here");
        assertThat(call("POST", "/containers/create", "[]").path("message").asText()).isEqualTo("the body is an object, got []");
        assertThat(call("POST", "/containers/create", "{\"Image\": \"busy\", \"Hostname\": \"a b\"}").path("message").asText()).startsWith("hostname is letters, digits and -");
    }

    @Test
    void aReaderThatStallsHoldsUpItsCommandAndNobodyElse() throws Exception {
        String stalled = exec("[\"head\", \"-c\", \"1073741824\", \"/dev/zero\"]", false);
        try (SocketChannel client = connect()) {
            write(client, "POST /exec/" + stalled + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}");
            client.read(ByteBuffer.allocate(1));
            String other = exec("[\"head\", \"-c\", \"33554432\", \"/dev/zero\"]", false);
            String start = "POST /exec/" + other + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}";
            assertThat(raw(start).length()).isGreaterThan(33_554_432);
            int pid = call("GET", "/exec/" + stalled + "/json", "").path("Pid").asInt();
            long written = Files.readAllLines(Path.of("/proc/" + pid + "/io")).stream()
                    .filter(line -> line.startsWith("wchar: ")).mapToLong(line -> Long.parseLong(line.substring(7))).sum();
            assertThat(written).as("bytes the stalled command could write").isLessThan(16L << 20);
        }
    }

    /** Some end with what they say unread, so that nobody reads from them any more. */
    @Test
    @Timeout(90)
    void whoGoesWithoutAWordHoldsNothingThoughNobodySpeaks() throws Exception {
        String container = quiet();
        attachAndGo(container, 2);
        Footprint before = Footprint.ofThis();
        assertThat(attachAndGo(container, CLIENTS).descriptors()).as("held by those who are there").isGreaterThanOrEqualTo(before.descriptors() + 3 * CLIENTS);
        Footprint.returnsTo(ProcessHandle.current().pid(), before, 4, Duration.ofSeconds(40));
        call("DELETE", "/containers/" + container + "?force=1", "");
    }

    @Test
    @Timeout(60)
    void whoEndsItsHalfIsAnsweredAsLongAsItIsThere() throws Exception {
        String exec = exec("[\"sh\", \"-c\", \"cat; sleep 5; echo late\"]", true);
        assertThat(raw("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}early\n"))
                .contains("\1\0\0\0\0\0\0\6early\n").endsWith("\1\0\0\0\0\0\0\5late\n");
    }

    /** As a terminal does, whoever is typed to. */
    @Test
    @Timeout(60)
    void whoStillSpeaksAtTheEndHearsTheEnd() throws Exception {
        String exec = exec("[\"sh\", \"-c\", \"sleep 1; echo last\"]", true);
        try (SocketChannel client = connect()) {
            write(client, "POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}");
            say(client, MUCH);
            client.configureBlocking(true);
            assertThat(new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.ISO_8859_1)).endsWith("\1\0\0\0\0\0\0\5last\n");
        }
        assertThat(call("GET", "/exec/" + exec + "/json", "").path("ExitCode").asInt(-1)).isZero();
    }

    /** proc(5): the timer of a connection whose other end is asked is the second kind. */
    @Test
    void aMachineThatMayHaveGoneIsAskedByTheKernel() throws Exception {
        String container = quiet();
        String token = Files.readString(tokenFile).strip();
        try (Socket client = new Socket("127.0.0.1", edge.port())) {
            client.getOutputStream().write(("POST /containers/" + container + "/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer " + token + "\r\n" + UPGRADE + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 101");
            String ends = ":%04X .*:%04X 01 \\S+ 02:.*".formatted(edge.port(), client.getLocalPort());
            assertThat(Stream.of("tcp", "tcp6").flatMap(HijackIT::connections)).anyMatch(line -> Pattern.compile(ends).matcher(line).find());
        }
        call("DELETE", "/containers/" + container + "?force=1", "");
    }

    private static Stream<String> connections(String protocol) {
        try {
            return Files.readAllLines(Path.of("/proc/net", protocol)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return what was held while they were there */
    private Footprint attachAndGo(String container, int count) throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel client = connect();
            clients.add(client);
            write(client, "POST /containers/" + container + "/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "\r\n");
            client.read(ByteBuffer.allocate(1));
            if (i % 4 == 0) {
                say(client, MUCH);
            }
        }
        Footprint held = Footprint.ofThis();
        for (SocketChannel client : clients) {
            client.close();
        }
        return held;
    }

    /** As much of it as somebody takes. */
    private static void say(SocketChannel client, int bytes) throws IOException {
        client.configureBlocking(false);
        ByteBuffer all = ByteBuffer.allocate(bytes);
        long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
        while (all.hasRemaining() && System.nanoTime() < until) {
            client.write(all);
        }
    }

    private String quiet() throws IOException {
        String container = call("POST", "/containers/create", "{\"Image\": \"busy\", \"OpenStdin\": true, \"Cmd\": [\"sleep\", \"300\"]}").path("Id").asText();
        call("POST", "/containers/" + container + "/start", "");
        return container;
    }

    /** Docker's own client looks for the keys itself, and sends them to nobody. */
    @Test
    void whoLeavesByKeysIsToldOf() throws Exception {
        String since = Instant.now().toString();
        String container = call("POST", "/containers/create", "{\"Image\": \"busy\", \"Tty\": true, \"OpenStdin\": true, \"Cmd\": [\"sleep\", \"30\"]}").path("Id").asText();
        call("POST", "/containers/" + container + "/start", "");
        String attach = "POST /containers/" + container + "/attach?stream=1&stdin=1&stdout=1&detachKeys=ctrl-x HTTP/1.1\r\nHost: d\r\n";
        assertThat(raw(attach + UPGRADE + "\r\n\u0018", false)).startsWith("HTTP/1.1 101 ");
        String exec = call("POST", "/containers/" + container + "/exec", "{\"AttachStdin\": true, \"Tty\": true, \"DetachKeys\": \"ctrl-x\", \"Cmd\": [\"sleep\", \"30\"]}")
                .path("Id").asText();
        assertThat(raw("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}\u0018", false)).startsWith("HTTP/1.1 101 ");
        String span = "since=" + since + "&until=" + Instant.now().plusSeconds(1);
        String told = raw("GET /events?" + span + "&filters=%7B%22container%22%3A%5B%22" + container + "%22%5D%7D HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n", false);
        // its start is told by another service, at any place among them
        assertThat(Pattern.compile("\"Action\":\"([^\"]+)\"").matcher(told).results().map(action -> action.group(1)))
                .as(told).containsOnlyOnce("start").containsSubsequence("attach", "detach", "exec_detach").hasSize(4);
    }

    /** As in Docker, it isn't the terminal that decides. */
    @Test
    void whoStartsACommandSaysWhetherItsOutputComesInFrames() throws Exception {
        for (boolean raw : new boolean[] {false, true}) {
            String container = call("POST", "/containers/create", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"30\"]}").path("Id").asText();
            call("POST", "/containers/" + container + "/start", "");
            String exec = call("POST", "/containers/" + container + "/exec", "{\"AttachStdout\": true, \"Tty\": true, \"Cmd\": [\"echo\", \"said\"]}").path("Id").asText();
            String start = "{\"Tty\": " + raw + "}";
            String told = raw("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: " + start.length() + "\r\n\r\n" + start, false);
            assertThat(told).contains(raw ? "docker.raw-stream" : "docker.multiplexed-stream");
            String output = told.substring(told.indexOf("\r\n\r\n") + 4);
            assertThat(output.startsWith("\1\0\0\0\0\0\0")).as(output).isEqualTo(!raw);
            assertThat(output).contains("said");
        }
    }

    /** The head is there by then, which clients want before anything else comes. */
    @Test
    void aCommandThatItsNodeRefusesIsToldInItsStream() throws Exception {
        String exec = exec("[\"refused\"]", false);
        String told = raw("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}", false);
        assertThat(told).startsWith("HTTP/1.1 101 ").contains("\r\n\r\n\2\0\0\0\0\0\0", "exec failed: ");
    }

    /** As some proxies speak to us: the end of the connection is the end of the answer. */
    @Test
    @Timeout(60)
    void clientsOfHttp10AreStreamedTo() throws Exception {
        String container = call("POST", "/containers/create", "{\"Image\":\"busy\",\"Cmd\":[\"sh\",\"-c\",\"echo said; exit 3\"]}").path("Id").asText();
        call("POST", "/containers/" + container + "/start", "");
        for (String keepAlive : new String[] {"", "Connection: keep-alive\r\n"}) {
            String rest = " HTTP/1.0\r\nHost: d\r\n" + keepAlive + "\r\n";
            assertThat(raw("POST /containers/" + container + "/wait" + rest, false)).contains(" 200 OK", "{\"StatusCode\":3}").doesNotContain("chunked");
            assertThat(raw("GET /containers/" + container + "/logs?stdout=1" + rest, false)).contains(" 200 OK").endsWith("\r\n\r\n\1\0\0\0\0\0\0\5said\n");
            assertThat(raw("GET /events?since=0&until=1" + rest, false)).contains(" 200 OK").doesNotContain("chunked");
        }
        assertThat(raw("GET /containers/json?all=1 HTTP/1.0\r\nHost: d\r\n\r\n", false)).contains(" 200 OK", container);
    }

    private String exec(String command, boolean stdin) throws IOException {
        String container = call("POST", "/containers/create", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"30\"]}").path("Id").asText();
        call("POST", "/containers/" + container + "/start", "");
        return call("POST", "/containers/" + container + "/exec", "{\"AttachStdin\": " + stdin + ", \"AttachStdout\": true, \"Cmd\": " + command + "}").path("Id").asText();
    }

    private JsonNode call(String method, String path, String body) throws IOException {
        String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body, false);
        String json = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        return json.isEmpty() ? Json.mapper().nullNode() : Json.read(json, JsonNode.class);
    }

    /** Sends, half-closes, and reads to the end. */
    private String raw(String bytes) throws IOException {
        return raw(bytes, true);
    }

    private String raw(String bytes, boolean halfClose) throws IOException {
        try (SocketChannel client = connect()) {
            write(client, bytes);
            if (halfClose) {
                client.shutdownOutput();
            }
            InputStream in = Channels.newInputStream(client);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            in.transferTo(all);
            return all.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        client.connect(UnixDomainSocketAddress.of(socket));
        return client;
    }

    private static void write(SocketChannel client, String bytes) throws IOException {
        client.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
