package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.Shell;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.file.FileHandover;
import io.gantry.kit.problem.Refused;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one door: who may pass, and where to. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class RouteIT {
    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @Inject Vertx vertx;

    @Inject ServiceToken serviceToken;

    private ApiClient api;

    @BeforeEach
    void connect() throws Exception {
        api = new ApiClient(address.getPort(), tokenFile);
    }

    @Test
    void onlyItsOwnerMayReadTheFirstToken() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokenFile))).isEqualTo("rw-------");
        assertThat(api.token()).matches("gantry_[0-9a-f]{64}");
    }

    @Test
    void answersNobodyWithoutAToken() throws Exception {
        for (String path : new String[] {"/api/v1", "/api/v1/nodes", "/api/v1/events", "/q/metrics", "/nothing", "/api/v1/containers/x/logs", "/api/v1/secrets", "/api/v1/configs/app"}) {
            var bare = api.http().send(HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.ofString());
            assertThat(bare.statusCode()).as(path).isEqualTo(401);
            assertThat(bare.headers().firstValue("www-authenticate")).contains("Bearer realm=\"gantry\"");
        }
        var wrong = api.http().send(HttpRequest.newBuilder(address.resolve("/api/v1")).header("Authorization", "Bearer nonsense").build(), BodyHandlers.ofString());
        assertThat(wrong.statusCode()).isEqualTo(401);
        var health = api.http().send(HttpRequest.newBuilder(address.resolve("/q/health")).build(), BodyHandlers.ofString());
        assertThat(health.statusCode()).isEqualTo(200);
    }

    @Test
    void noDotsLeadAroundTheDoor() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            String request = "GET /q/health/../../api/v1/nodes HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 401 ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "containers/x/logs?tail=-1 | tail | tail is all, or a number of lines, got '-1'",
        "containers/x/logs?since=yesterday | since | since is a time such as 2026-01-31T12:00:00Z, got 'yesterday'",
        "containers/x/logs?follow=perhaps | follow | follow is true or false, got 'perhaps'",
        "containers/x/logs?folow=true | folow | there is no parameter 'folow' here",
        "containers/x/attach?stdin=2 | stdin | stdin is true or false, got '2'",
        "containers/x/explain?format=pdf | format | format is json, text or script, got 'pdf'",
        "events?topic=x | topic | there is no parameter 'topic' here"
    })
    void aParameterThatIsUnknownOrHasAnotherFormIsRefused(String path, String field, String detail) throws Exception {
        var answer = api.get("/api/v1/" + path);
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode problem = Json.read(answer.body(), JsonNode.class);
        assertThat(problem.path("field").asText()).isEqualTo(field);
        assertThat(problem.path("detail").asText()).isEqualTo(detail);
    }

    @Test
    void anEmptyParameterIsAbsent() throws Exception {
        assertThat(api.get("/api/v1/containers/nobody/logs?since=&until=&tail=").body()).contains("there is no container nobody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/containers/%00", "/api/v1/containers?name=%00", "/v2/_catalog?last=%00"})
    void aNameWithTheCharacterZeroIsRefused(String path) throws Exception {
        var answer = api.get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("/bad-request", "U+0000");
    }

    @Test
    void handsEachResourceToTheServiceThatOwnsIt() throws Exception {
        var nodes = api.get("/api/v1/nodes");
        assertThat(Json.read(nodes.body(), JsonNode.class).path("items").get(0).path("name").asText()).isEqualTo("n1");
        assertThat(nodes.headers().firstValue("x-request-id")).isPresent();
        assertThat(api.get("/api/v1/networks").body()).contains("10.1.0.0/24");
        assertThat(api.get("/api/v1/version").body()).contains("\"dockerApi\":\"1.47\"");
        assertThat(api.get("/api/v1").body()).contains("/api/v1/deployments");
        var unknown = api.get("/api/v1/unicorns");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("content-type")).contains("application/problem+json");
    }

    @Test
    void handsSecretsAndConfigsWholeToTheirService() throws Exception {
        String content = Base64.getEncoder().encodeToString(new byte[KeptRequest.MOST]);
        for (String kind : new String[] {"secret", "config"}) {
            String path = "/api/v1/" + kind + "s/app/rotate";
            var rotated = api.post(path, "{\"content\": \"" + content + "\"}");
            assertThat(rotated.statusCode()).isEqualTo(200);
            assertThat(Json.read(rotated.body(), KeptView.class).size()).as("what its service got of it").isEqualTo(KeptRequest.MOST);
            assertThat(rotated.body()).doesNotContain("content\":\"");
        }
        assertThat(api.get("/api/v1/secrets/nothing").body()).contains("there is no secret 'nothing'");
        assertThat(api.get("/api/v1").body()).contains("/api/v1/secrets", "/api/v1/configs");
    }

    @Test
    void everyAnswerSaysHowMuchIsLeft() throws Exception {
        for (String path : new String[] {"/api/v1", "/api/v1/nodes", "/api/v1/containers/nobody", "/api/v1/unicorns"}) {
            var answer = api.get(path);
            assertThat(answer.headers().firstValue("ratelimit-policy")).as(path).contains("\"token\";q=40000;w=2");
            assertThat(answer.headers().firstValue("ratelimit").orElseThrow()).matches("\"token\";r=\\d+;t=1");
        }
    }

    @Test
    void keepsTheCallersRequestIdIfItIsOne() throws Exception {
        var answer = api.http().send(api.request("/api/v1/nodes").header("X-Request-Id", "mine-7").build(), BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("x-request-id")).contains("mine-7");
    }

    @Test
    void showsAServicesOwnProblem() throws Exception {
        var answer = api.get("/api/v1/containers/nobody");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("there is no container nobody");
    }

    @Test
    void namesTheServiceThatIsSilent() throws Exception {
        var answer = api.get("/api/v1/rules?project=silent");
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("scheduler-service took too long to answer");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, containers/late/stop?grace=PT2M",
        "DELETE, containers/late?force=true",
        "GET, deployments/web?wait=steady&timeout=PT10M"
    })
    void aServiceThatWaitsForWhatWasAskedAnswersInItsOwnTime(String method, String path) throws Exception {
        var answer = api.http().send(api.request("/api/v1/" + path).method(method, HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(method.equals("DELETE") ? 204 : 200);
    }

    /** A caller who starts the container after it can't miss its end. */
    @Test
    void theHeadOfAWaitComesWhenTheWaitingHasBegun() throws Exception {
        String id = Json.read(api.post("/api/v1/containers", "{\"name\": \"awaited\", \"spec\": {\"image\": \"busy\", \"command\": [\"sleep\", \"100\"]}}").body(), JsonNode.class).path("id").asText();
        var wait = api.http().sendAsync(api.request("/api/v1/containers/" + id + "/wait?condition=removed").build(), BodyHandlers.ofInputStream()).get(20, TimeUnit.SECONDS);
        assertThat(wait.statusCode()).isEqualTo(200);
        assertThat(api.http().send(api.request("/api/v1/containers/" + id).DELETE().build(), BodyHandlers.ofString()).statusCode()).isEqualTo(204);
        assertThat(new String(wait.body().readAllBytes(), StandardCharsets.UTF_8)).contains("exitCode");
    }

    @Test
    void aLookIsAnsweredAtOnceOrNotAtAll() throws Exception {
        assertThat(api.get("/api/v1/containers/late").statusCode()).isEqualTo(504);
    }

    @Test
    void aReadThatMeetsAClosedConnectionIsSentOnceMore() throws Exception {
        assertThat(api.get("/api/v1/images/closed-once").statusCode()).isEqualTo(200);
        var post = api.http().send(api.request("/api/v1/images/closed-post").POST(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(503);
        assertThat(post.body()).contains("image-service doesn't answer");
    }

    @Test
    void namesTheServiceThatIsDown() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        PartAddresses.Address nowhere = () -> URI.create("http://127.0.0.1:" + closed);
        PartAddresses addresses = new PartAddresses() {
            @Override
            public Address image() {
                return nowhere;
            }

            @Override
            public Address container() {
                return nowhere;
            }

            @Override
            public Address network() {
                return nowhere;
            }

            @Override
            public Address scheduler() {
                return nowhere;
            }
        };
        PartClient parts = new PartClient(vertx, addresses, serviceToken, Duration.ofSeconds(3), Duration.ofSeconds(30));
        var asked = parts.get(Part.IMAGE, "/images").toCompletionStage().toCompletableFuture();
        assertThatThrownBy(asked::join)
                .cause()
                .isInstanceOfSatisfying(Refused.class, e -> {
                    assertThat(e.refusal().type()).isEqualTo(ProblemType.UNAVAILABLE);
                    assertThat(e.refusal().detail()).isEqualTo("image-service doesn't answer");
                });
    }

    @Test
    void jsonThatIsTooLargeIsRefusedHoweverItComes() throws Exception {
        byte[] large = new byte[5 << 20];
        Arrays.fill(large, (byte) ' ');
        for (var body : List.of(HttpRequest.BodyPublishers.ofByteArray(large), HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))) {
            var answer = api.http().send(api.request("/api/v1/containers").POST(body).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("/problems/too-large").contains("the body is larger than 4194304 bytes");
        }
    }

    @Test
    void theRestOfABodyThatIsTooLargeIsNotTakenForTheNextRequest() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/v1/containers/x/execs HTTP/1.1\r\nHost: g\r\nContent-Length: 2097152\r\nAuthorization: Bearer " + api.token() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[2 << 20]);
            out.flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close").contains("the body is larger than 1048576 bytes");
        }
    }

    @Test
    void whatIsOursIsRefusedInTheSameForm() throws Exception {
        var events = api.http().send(api.request("/api/v1/events").POST(HttpRequest.BodyPublishers.ofString("{}")).build(), BodyHandlers.ofString());
        assertThat(events.statusCode()).isEqualTo(405);
        assertThat(events.body()).contains("/problems/method-not-allowed");
        var exec = api.http().send(api.request("/api/v1/containers/x/execs").POST(HttpRequest.BodyPublishers.ofString("{\"command\": \"ls\"}")).build(), BodyHandlers.ofString());
        assertThat(exec.statusCode()).isEqualTo(400);
        assertThat(exec.body()).contains("\"field\":\"command\"").contains("this is a list, got 'ls'");
        var empty = api.http().send(api.request("/api/v1/containers/x/execs").POST(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(empty.body()).contains("the body is empty");
    }

    @Test
    void registryClientsAreAskedForAUserAndThenServed() throws Exception {
        var bare = api.http().send(HttpRequest.newBuilder(address.resolve("/v2/")).build(), BodyHandlers.ofString());
        assertThat(bare.statusCode()).isEqualTo(401);
        assertThat(bare.headers().allValues("www-authenticate")).contains("Basic realm=\"gantry\"");
        assertThat(bare.body()).contains("UNAUTHORIZED");
        String basic = "Basic " + Base64.getEncoder().encodeToString(("gantry:" + api.token()).getBytes(StandardCharsets.UTF_8));
        var answer = api.http().send(
                HttpRequest.newBuilder(address.resolve("/v2/web/blobs/uploads/")).header("Authorization", basic).header("X-Gantry-Principal", "root").POST(HttpRequest.BodyPublishers.ofString("12345")).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("5");
        assertThat(answer.headers().firstValue("location")).contains("/v2/web/blobs/uploads/1");
        assertThat(answer.headers().firstValue("x-seen-principal")).contains("owner");
        assertThat(answer.headers().firstValue("x-seen-authorization").orElseThrow()).startsWith("Bearer ").doesNotContain(api.token());
    }

    @Test
    void uploadsStreamThroughWhateverTheirSize() throws Exception {
        var shell = new Shell(Map.of());
        String curl = "head -c 134217728 /dev/zero | curl -s -m 50 -u gantry:" + api.token() + " -H 'Expect: 100-continue' -H 'Connection: X-Hop' -H 'X-Hop: 1' -D - -T - " + address.resolve("/v2/web/blobs/uploads/1");
        var result = shell.run(curl);
        assertThat(result.out()).contains("HTTP/1.1 202").contains("X-Seen-Hop: null").endsWith("134217728");
    }

    @Test
    void aFileThatImageServiceNamesIsSentFromTheDisk(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a blob"), "0123456789");
        var answer = file(file);
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo("123456789");
        assertThat(answer.headers().firstValue("content-length")).contains("9");
        assertThat(answer.headers().firstValue("content-range")).contains("bytes 1-9/10");
        assertThat(answer.headers().firstValue(FileHandover.NAMES)).as("where it is").isEmpty();
        Files.delete(file);
        assertThat(file(file).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> file(Path file) throws Exception {
        // what a client says of it counts for nothing
        return api.http().send(api.request("/v2/files/blobs/x?file=" + URLEncoder.encode(file.toString(), StandardCharsets.UTF_8)).header(FileHandover.TAKES, "false").build(), BodyHandlers.ofString());
    }

    @Test
    void noOtherServiceMayNameOne() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(api.request("/api/v1/deployments/names-a-file").build(), BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("{}");
            assertThat(answer.headers().firstValue(FileHandover.NAMES)).isEmpty();
        }
    }

    @Test
    void whatIsCutOffNeverLooksComplete() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            String head = "PUT /v2/web/blobs/uploads/1 HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer " + api.token() + "\r\n\r\n5\r\nhello\r\n";
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).doesNotContain("202");
        }
    }
}
