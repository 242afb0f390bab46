package io.gantry.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** What a caller of any service meets: the gate, and problems that say field, value and what to do. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class EdgeIT {
    @TestHTTPResource("/network-service/sample")
    URI sample;

    @Inject ServiceToken token;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void answersNobodyWithoutTheServiceToken() throws Exception {
        var response = http.send(HttpRequest.newBuilder(sample).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    }

    @Test
    void dotsAndSlashesDontLeadAroundTheGate() throws Exception {
        for (String path : new String[] {"//network-service/sample", "/x/../network-service/sample", "/network-service/./sample"}) {
            var response = http.send(HttpRequest.newBuilder(sample.resolve("/").resolve(URI.create("http://127.0.0.1:" + sample.getPort() + path))).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path).isNotEqualTo(200);
        }
    }

    @Test
    void answersWithTheServiceToken() throws Exception {
        assertThat(get("").body()).isEqualTo("hello");
    }

    @Test
    void aRefusalBecomesAProblemWithAHint() throws Exception {
        var response = get("/refused");
        JsonNode problem = Json.read(response.body(), JsonNode.class);
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(problem.path("type").asText()).isEqualTo("https://gantry.io/problems/name-in-use");
        assertThat(problem.path("detail").asText()).isEqualTo("'web' is taken");
        assertThat(problem.path("hint").asText()).isEqualTo("choose another name");
    }

    @Test
    void whatWeBrokeIsNotToldOutside() throws Exception {
        var response = get("/broken");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).doesNotContain("secret detail");
    }

    @Test
    void aBadFieldIsNamed() throws Exception {
        var response = post("{\"image\": \"web\", \"ports\": [{\"containerPort\": 70000}]}");
        JsonNode problem = Json.read(response.body(), JsonNode.class);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(problem.path("field").asText()).isEqualTo("ports[0]");
        assertThat(problem.path("detail").asText()).isEqualTo("ports.containerPort is 1 to 65535, got 70000");
    }

    @Test
    void aFieldOfTheWrongKindIsNamed() throws Exception {
        var response = post("{\"image\": \"web\", \"resources\": {\"memory\": \"64Mi\"}}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Json.read(response.body(), JsonNode.class).path("field").asText()).isEqualTo("resources.memory");
    }

    @Test
    void whatIsNotJsonIsRefusedAsSuch() throws Exception {
        var response = post("image: web");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("is not JSON");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(sample + path)).header("Authorization", token.header()).build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(sample)
                        .header("Authorization", token.header())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
