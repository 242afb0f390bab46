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
        assertThat(Json.read(response.body(), JsonNode.class).path("detail").asText()).matches("an unexpected error; the service's log has it under [0-9a-f]{8}");
    }

    @Test
    void aBadFieldIsNamed() throws Exception {
        var response = post("{\"image\": \"web\", \"ports\": [{\"containerPort\": 70000}]}");
        JsonNode problem = Json.read(response.body(), JsonNode.class);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(problem.path("field").asText()).isEqualTo("ports[0].containerPort");
        assertThat(problem.path("detail").asText()).isEqualTo("containerPort is 1 to 65535, got 70000");
    }

    @Test
    void aFieldOfTheWrongKindIsNamed() throws Exception {
        JsonNode problem = refused(400, post("{\"image\": \"web\", \"resources\": {\"memory\": \"64Mi\"}}"));
        assertThat(problem.path("field").asText()).isEqualTo("resources.memory");
        assertThat(problem.path("detail").asText()).isEqualTo("this is a size as a whole number of bytes, got '64Mi'");
        assertThat(problem.path("hint").asText()).isEqualTo("write 67108864");
    }

    @Test
    void aFieldThatIsNotThereIsRefused() throws Exception {
        JsonNode problem = refused(400, post("{\"image\": \"web\", \"comand\": [\"ls\"]}"));
        assertThat(problem.path("field").asText()).isEqualTo("comand");
        assertThat(problem.path("hint").asText()).isEqualTo("did you mean 'command'?");
    }

    @Test
    void whatIsNotJsonIsRefusedAsSuch() throws Exception {
        assertThat(refused(400, post("image: web")).path("detail").asText()).startsWith("the body is not JSON: Unrecognized token 'image'");
    }

    @Test
    void anotherContentTypeIsRefusedAsSuch() throws Exception {
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded"}) {
            JsonNode problem = refused(415, send("POST", "", "image=web", "Content-Type", type));
            assertThat(problem.path("type").asText()).endsWith("/unsupported-media-type");
            assertThat(problem.path("hint").asText()).contains("application/json");
        }
        assertThat(refused(406, send("GET", "/numbers", null, "Accept", "image/png")).path("type").asText()).endsWith("/not-acceptable");
    }

    @Test
    void anotherMethodOrPathIsRefusedAsSuch() throws Exception {
        assertThat(refused(405, send("PATCH", "", "{}", "Content-Type", "application/json")).path("type").asText()).endsWith("/method-not-allowed");
        JsonNode nothing = refused(404, get("/x/y/z"));
        assertThat(nothing.path("detail").asText()).isEqualTo("there is nothing at this path");
        assertThat(nothing.path("hint").asText()).contains("GET /api/v1");
    }

    @Test
    void aParameterThatIsNoNumberIsNamed() throws Exception {
        JsonNode problem = refused(400, get("/numbers?count=many"));
        assertThat(problem.path("field").asText()).isEqualTo("count");
        assertThat(problem.path("detail").asText()).isEqualTo("'many' can't be read");
    }

    @Test
    void aParameterThatNobodyReadsIsRefused() throws Exception {
        JsonNode problem = refused(400, get("/numbers?cuont=1"));
        assertThat(problem.path("field").asText()).isEqualTo("cuont");
        assertThat(problem.path("hint").asText()).isEqualTo("did you mean 'count'?");
        assertThat(refused(400, get("?all=true")).path("hint").asText()).isEqualTo("leave it out");
    }

    @Test
    void theCharacterZeroIsRefusedBeforeAnybodyAsksADatabaseForIt() throws Exception {
        for (String path : new String[] {"/%00", "/flags?on=%00"}) {
            assertThat(refused(400, get(path)).path("detail").asText()).contains("U+0000");
        }
    }

    @Test
    void aFlagIsTrueOrFalse() throws Exception {
        assertThat(get("/flags?on=true").body()).isEqualTo("true");
        assertThat(get("/flags?on").body()).isEqualTo("true");
        assertThat(get("/flags?on=false").body()).isEqualTo("false");
        assertThat(get("/flags").body()).isEqualTo("false");
        JsonNode problem = refused(400, get("/flags?on=maybe"));
        assertThat(problem.path("field").asText()).isEqualTo("on");
        assertThat(problem.path("detail").asText()).isEqualTo("on is true or false, got 'maybe'");
    }

    /** Whatever it is, it is a problem whole. */
    private static JsonNode refused(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = Json.read(response.body(), JsonNode.class);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotEmpty();
        assertThat(problem.path("detail").asText()).isNotEmpty().doesNotContain("io.gantry", "java.");
        return problem;
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(sample + path))
                        .header("Authorization", token.header())
                        .headers(headers)
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
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
