package io.gantry.gateway.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.check.fuzz.Footprint;
import io.gantry.check.raw.RawConnection;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.docker.DockerEdge;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes at the three doors that are no request, or hardly: each is answered clearly or cut off, and afterwards the gateway answers as before and holds nothing of them. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class HostileSocketsIT {
    private static final Pattern STATUS = Pattern.compile("^HTTP/\\d\\.\\d (\\d{3})");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");
    private static final String END = "\r\n\r\n";

    /** Where one comes in. */
    enum Door {
        REST,
        SOCKET,
        PORT
    }

    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    @Inject DockerEdge edge;

    private String token;
    private Footprint before;

    @BeforeEach
    void count() throws Exception {
        token = Files.readString(tokenFile).strip();
        for (Door door : Door.values()) {
            good(door);
        }
        before = Footprint.ofThis();
    }

    @AfterEach
    void theGatewayIsAsBefore() throws Exception {
        for (Door door : Door.values()) {
            good(door);
        }
        Footprint.returnsTo(ProcessHandle.current().pid(), before, 8, Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoRequestIsRefused(Door door) throws Exception {
        for (String bytes : List.of(
                "hello" + END, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc" + END, "GET" + END, "GET /" + END, "GET  /  HTTP/1.1  x" + END,
                "GET / HTTP/1.1\r\nHost d" + END, "GET / HTTP/1.1\r\n: empty" + END, "GET / HTTP/1.1\r\nX\0: zero" + END)) {
            assertThat(status(door, bytes)).as(bytes).isBetween(400, 499);
        }
        assertThat(status(door, "GET / HTTP/9.9\r\nHost: d" + END)).isIn(400, 501, 505);
        assertThat(status(door, "GET /" + "x".repeat(70_000) + " HTTP/1.1\r\nHost: d" + END)).isEqualTo(414);
        assertThat(status(door, head(door, "GET", path(door)) + "X: " + "x".repeat(70_000) + END)).isEqualTo(431);
        assertThat(status(door, head(door, "GET", path(door)) + "X-Many: y\r\n".repeat(20_000) + END)).as("many short headers").isEqualTo(431);
    }

    @ParameterizedTest
    @EnumSource
    void whatCanHardlyBeReadIsAnsweredAndNothingBreaks(Door door) throws Exception {
        List<String> targets = new ArrayList<>(List.of(
                path(door) + "?limit=%zz", path(door) + "?limit=%", path(door) + "?%=1", path(door) + "?limit=%ff%fe", path(door) + "?limit=1&limit=2&limit=x", path(door) + "?" + "a&".repeat(5000),
                "//", "/%", "/%zz", "/%c0%af", "/%ff", "/..", "/../../etc/passwd", "/.%2e/x", "/a//b///c", "*", "http://elsewhere" + path(door), "/\u00e4\u00f6", "/x;y=z", "/?#x"));
        targets.addAll(List.of(path(door) + "?limit=\u0001", path(door) + "?limit=1\u007f", path(door) + "?limit=\u001b[31m", path(door) + "?limit=\u0085"));
        for (String one : new String[] {"a\u0001b", "%zz", "%", "%c0%af", "%ff%fe", "\u00ff", "a%2fb", "%252e", "x".repeat(4000)}) {
            targets.add(prefix(door) + "/containers/" + one + "/json");
            targets.add(prefix(door) + "/containers/" + one + "/logs?stdout=1");
        }
        for (String target : targets) {
            for (String method : new String[] {"GET", "POST", "DELETE", "OPTIONS", "get", "BREW"}) {
                String answer = answer(door, head(door, method, target) + "Content-Length: 0" + END);
                String shown = "%s %.60s: %s".formatted(method, target, answer);
                assertThat(status(answer)).as(shown).isBetween(200, 501).isNotEqualTo(500);
                assertThat(answer).as(shown).doesNotContain("URLDecoder", "Exception", "java.");
                // a path of the length of a head, and what is no path, are answered by the protocol
                boolean read = door != Door.REST || status(answer) != 414 && !target.equals("*");
                if (status(answer) >= 400 && read && (door == Door.REST || !answer.endsWith(END))) {
                    assertThat(message(answer)).as(answer).isNotEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void liesAboutABodyAreNoSecondRequest(Door door) throws Exception {
        String create = head(door, "POST", taker(door)) + "Content-Type: application/json\r\n";
        for (String framing : List.of(
                "Content-Length: -1" + END, "Content-Length: x" + END, "Content-Length: 1e3" + END, "Content-Length: 99999999999999999999" + END, "Content-Length: 2\r\nContent-Length: 3" + END + "{}x",
                "Transfer-Encoding: chunked" + END + "zz\r\n{}\r\n0" + END, "Transfer-Encoding: chunked" + END + "-1\r\n{}\r\n0" + END,
                "Transfer-Encoding: chunked" + END + "fffffffffffffffff\r\n{}\r\n0" + END, "Transfer-Encoding: gzip, chunked" + END + "2\r\n{}\r\n0" + END,
                "Content-Length: 6\r\nTransfer-Encoding: chunked" + END + "0" + END)) {
            String answer = answerOrEnd(door, create + framing);
            assertThat(answer.isEmpty() ? 400 : status(answer)).as(framing + " gives " + answer).isBetween(400, 501).isNotEqualTo(500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void jsonThatMeansNoGoodIsRefused(Door door) throws Exception {
        String target = taker(door);
        StringBuilder keys = new StringBuilder("{");
        for (int i = 0; i < 60_000; i++) {
            keys.append("\"k").append(i).append("\":1,");
        }
        for (byte[] body : List.of(
                ascii("[".repeat(100_000)), ascii("{\"spec\":".repeat(100_000)), ascii("[".repeat(100_000) + "]".repeat(100_000)), ascii(keys + "\"z\":1}"), ascii("{\"spec\":" + "9".repeat(900_000) + "}"),
                ascii("{\"Memory\":1e1000000000}"), ascii("{\"spec\":{\"resources\":{\"memory\":1e1000000000}}}"), ascii("\"" + "x".repeat(900_000) + "\""), ascii("{\"" + "x".repeat(100_000) + "\":1}"),
                ascii("null"), ascii("{\"Image\":null}"), ascii("{} {}"), ascii("{\"Image\":\"busy\u0000\"}"), new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'}, new byte[] {(byte) 0xff, (byte) 0xfe, '{', 0, '}', 0},
                new byte[64])) {
            long begun = System.nanoTime();
            String answer = answer(door, head(door, "POST", target) + "Content-Type: application/json\r\nContent-Length: " + body.length + END, body);
            String shown = new String(body, 0, Math.min(30, body.length), StandardCharsets.ISO_8859_1);
            assertThat(status(answer)).as(shown + " gives " + answer).isBetween(400, 422);
            assertThat(answer.length()).as("an answer is no echo of megabytes").isLessThan(100_000);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as(shown).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(status(answer(door, head(door, "POST", target) + "Content-Type: application/json\r\nContent-Length: 5000000" + END, new byte[5_000_000]))).isEqualTo(413);
    }

    @ParameterizedTest
    @EnumSource
    void whoEndsInTheMiddleIsLetGo(Door door) throws Exception {
        String create = head(door, "POST", taker(door)) + "Content-Type: application/json\r\n";
        for (String bytes : List.of(
                "", "G", "GET / HTTP/1.1\r\nHos", head(door, "GET", path(door)), create + "Content-Length: 100" + END + "{\"spec\"", create + "Transfer-Encoding: chunked" + END + "64\r\n{\"spec\"",
                create + "Content-Length: 100\r\nExpect: 100-continue" + END)) {
            try (RawConnection half = open(door).send(bytes)) {
                half.endOutput().readAll();
            }
            open(door).send(bytes).reset();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SOCKET", "PORT"})
    void whoNeverComesToTheEndOfAHeadIsCutOff(Door door) throws Exception {
        for (String bytes : List.of("", "G", "GET /_ping HTTP/1.1\r\nHost: d\r\nX: y\r\n")) {
            try (RawConnection slow = open(door).send(bytes)) {
                assertThat(slow.readAll()).startsWith("HTTP/1.1 408 ").endsWith("{\"message\":\"the head of a request was not whole within 2 s\"}");
            }
        }
        String good = head(door, "GET", path(door)) + END;
        try (RawConnection kept = open(door).send(good)) {
            kept.readUntil(END);
            // longer than a head may take: between two requests that is nobody's business
            Thread.sleep(3000);
            kept.send(good.replace("keep-alive", "close"));
            assertThat(kept.readAll().split("HTTP/1.1 200 ")).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void severalRequestsAtOnceAreAnsweredInTheirOrder(Door door) throws Exception {
        String good = head(door, "GET", path(door)) + END;
        String nowhere = head(door, "GET", prefix(door) + "/containers/nobody" + (door == Door.REST ? "" : "/json")) + END;
        try (RawConnection client = open(door).send(good + nowhere + good + "nonsense" + END)) {
            String all = client.readAll();
            Matcher statuses = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ").matcher(all);
            assertThat(statuses.results().map(one -> one.group(1))).as(all).containsExactly("200", "404", "200", "400");
        }
    }

    @Test
    void whatWantsToBeTakenOverAndCannotBeIsRefused() throws Exception {
        for (String request : List.of(
                "POST /containers/nobody/attach?stream=1 HTTP/1.1\r\nHost: d\r\nUpgrade: tcp" + END, "POST /containers/nobody/attach HTTP/1.1\r\nHost: d\r\nConnection: Upgrade" + END,
                "POST /containers/nobody/attach?stream=1 HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c, websocket, tcp\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA" + END,
                "POST /containers/%zz/attach?stream=1 HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp" + END,
                "POST /containers/nobody/attach?stream=1&detachKeys=%zz HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp" + END,
                "POST /containers/nobody/attach?stream=1&detachKeys=ctrl-%24 HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp" + END,
                "POST /exec/nobody/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 1" + END + "[",
                "POST /exec/nobody/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 17" + END + "{\"Detach\":\"maybe\"",
                "POST /exec/nobody/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nTransfer-Encoding: chunked" + END + "zz\r\n")) {
            try (RawConnection client = open(Door.SOCKET).send(request)) {
                String answer = read(client);
                assertThat(status(answer)).as(request + " gives " + answer).isBetween(400, 499);
                assertThat(message(answer)).as(answer).isNotEmpty();
            }
        }
        String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        for (String wanted : List.of(
                "Connection: Upgrade\r\nUpgrade: websocket\r\n", "Connection: Upgrade\r\nUpgrade: websocket\r\n" + key + "Sec-WebSocket-Version: 99\r\n",
                "Upgrade: websocket\r\n" + key + "Sec-WebSocket-Version: 13\r\n", "Connection: Upgrade\r\nUpgrade: tcp\r\n")) {
            for (String path : new String[] {"/containers/nobody/attach", "/containers/nobody/logs", "/execs/nobody/" + "0".repeat(64), "/containers/nobody/port-forward?port=80", "/containers/nobody/socket-forward?id=default"}) {
                int status = status(Door.REST, head(Door.REST, "GET", "/api/v1" + path) + wanted + "\r\n");
                assertThat(status).as(path + " " + wanted).isBetween(400, 499);
            }
        }
    }

    private void good(Door door) throws IOException {
        assertThat(status(door, head(door, "GET", path(door)) + END)).isEqualTo(200);
    }

    private RawConnection open(Door door) throws IOException {
        return switch (door) {
            case REST -> RawConnection.tcp(address.getPort());
            case SOCKET -> RawConnection.unix(socket);
            case PORT -> RawConnection.tcp(edge.port());
        };
    }

    private static String prefix(Door door) {
        return door == Door.REST ? "/api/v1" : "/v1.41";
    }

    /** What takes JSON, and reads it here. */
    private static String taker(Door door) {
        return prefix(door) + (door == Door.REST ? "/containers/nobody/execs" : "/containers/create");
    }

    /** Of something short that is always there. */
    private static String path(Door door) {
        return door == Door.REST ? "/api/v1/version" : "/_ping";
    }

    /** Without its end. */
    private String head(Door door, String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: d\r\nConnection: keep-alive\r\n" + (door == Door.SOCKET ? "" : "Authorization: Bearer " + token + "\r\n");
    }

    private int status(Door door, String bytes) throws IOException {
        return status(answer(door, bytes));
    }

    private static int status(String answer) {
        Matcher status = STATUS.matcher(answer);
        assertThat(status.find()).as("an answer: " + answer).isTrue();
        return Integer.parseInt(status.group(1));
    }

    private static String message(String answer) {
        JsonNode body = Json.read(answer.substring(answer.indexOf(END) + END.length()), JsonNode.class);
        return body.path("message").asText(body.path("detail").asText());
    }

    private String answer(Door door, String bytes) throws IOException {
        return answer(door, bytes, new byte[0]);
    }

    /** The first. */
    private String answer(Door door, String bytes, byte[] body) throws IOException {
        try (RawConnection client = open(door).send(bytes).send(body)) {
            return read(client);
        }
    }

    /** The first, or nothing if it is cut off without one. */
    private String answerOrEnd(Door door, String bytes) throws IOException {
        try (RawConnection client = open(door).send(bytes)) {
            return client.endsSilently() ? "" : read(client);
        }
    }

    private static String read(RawConnection client) throws IOException {
        String head = client.readUntil(END);
        Matcher length = LENGTH.matcher(head);
        int from = head.indexOf(END) + END.length();
        return length.find() ? client.readLength(from + Integer.parseInt(length.group(1))) : head;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
