package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.DockerSocket;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers out of what the gateway knows are those of container-service, and never of the past. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ContainerReadsIT {
    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    private final List<String> made = new ArrayList<>();
    private ApiClient api;
    private DockerSocket docker;

    @BeforeEach
    void connect() throws Exception {
        api = new ApiClient(address.getPort(), tokenFile);
        docker = new DockerSocket(socket);
    }

    @AfterEach
    void clean() throws Exception {
        for (String id : made) {
            docker.send("DELETE", "/containers/" + id + "?force=1", "");
        }
    }

    @Test
    void whatIsKnownIsToldLetterByLetterAsItIsLookedUp() throws Exception {
        String id = make("letters");
        HttpResponse<String> alone = read(id + "?fields=");
        assertThat(lookedUp(alone)).as("asked for specially").isTrue();
        for (String ref : List.of(id, "letters")) {
            HttpResponse<String> known = known(ref);
            assertThat(known.body()).isEqualTo(alone.body());
            for (String header : List.of("content-type", "etag", "content-length")) {
                assertThat(known.headers().allValues(header)).as(header).hasSize(1).isEqualTo(alone.headers().allValues(header));
            }
            assertThat(known.headers().firstValue("x-request-id")).isPresent();
            assertThat(known.headers().firstValue("ratelimit")).isPresent();
        }
    }

    @Test
    void whoHasDoneSomethingSeesIt() throws Exception {
        String id = make("doer");
        for (int turn = 0; turn < 20; turn++) {
            assertThat(api.send("POST", "/api/v1/containers/" + id + "/start").statusCode()).isEqualTo(200);
            assertThat(state(known(id))).isEqualTo("RUNNING");
            assertThat(listed(id).path("State").asText()).isEqualTo("running");
            String other = make("other-" + turn);
            assertThat(listed(other).path("State").asText()).isEqualTo("created");
            assertThat(docker.send("DELETE", "/containers/" + other, "").status()).isEqualTo(204);
            assertThat(listed(other).isMissingNode()).isTrue();
            HttpResponse<String> gone = read(other);
            assertThat(gone.statusCode()).isEqualTo(404);
            assertThat(Json.read(gone.body(), JsonNode.class).path("detail").asText()).isEqualTo("there is no container " + other);
            docker.send("POST", "/containers/" + id + "/kill", "");
            assertThat(state(known(id))).isEqualTo("EXITED");
            docker.send("DELETE", "/containers/" + id, "");
            id = make("doer");
        }
    }

    @Test
    void theBeginningOfAnIdIsLookedUp() throws Exception {
        String id = make("prefix");
        known(id);
        HttpResponse<String> found = read(id.substring(0, 12));
        assertThat(lookedUp(found)).isTrue();
        assertThat(Json.read(found.body(), JsonNode.class).path("name").asText()).isEqualTo("prefix");
    }

    /** Without a list: many who read one each. */
    @Test
    void manyAtOnceAreAnsweredTogether() throws Exception {
        List<String> ids = List.of(make("m0"), make("m1"), make("m2"));
        int together;
        do {
            List<CompletableFuture<HttpResponse<String>>> all = Stream.generate(() -> ids).limit(20).flatMap(List::stream)
                    .map(id -> api.http().sendAsync(api.request("/api/v1/containers/" + id).build(), BodyHandlers.ofString()))
                    .toList();
            together = 0;
            for (int i = 0; i < all.size(); i++) {
                HttpResponse<String> answer = all.get(i).get();
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(Json.read(answer.body(), JsonNode.class).path("id").asText()).isEqualTo(ids.get(i % ids.size()));
                together += lookedUp(answer) ? 0 : 1;
            }
        } while (together < 30);
    }

    private String make(String name) throws Exception {
        DockerSocket.Answer answer = docker.send("POST", "/containers/create?name=" + name, "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"]}");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        String id = answer.json().path("Id").asText();
        made.add(id);
        return id;
    }

    /** Read until it came from what the gateway knows, which it does while somebody wants lists. */
    private HttpResponse<String> known(String ref) throws Exception {
        HttpResponse<String> answer;
        do {
            docker.get("/containers/json");
            answer = read(ref);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        } while (lookedUp(answer));
        return answer;
    }

    private static boolean lookedUp(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-looked-up").isPresent();
    }

    private static String state(HttpResponse<String> answer) {
        return Json.read(answer.body(), JsonNode.class).path("state").asText();
    }

    private JsonNode listed(String id) throws Exception {
        for (JsonNode one : docker.get("/containers/json?all=1").json()) {
            if (one.path("Id").asText().equals(id)) {
                return one;
            }
        }
        return Json.mapper().missingNode();
    }

    private HttpResponse<String> read(String ref) throws Exception {
        return api.get("/api/v1/containers/" + ref);
    }
}
