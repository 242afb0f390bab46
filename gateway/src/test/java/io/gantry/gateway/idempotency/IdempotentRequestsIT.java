package io.gantry.gateway.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is sent again isn't done again, over a real PostgreSQL. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class IdempotentRequestsIT {
    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @ConfigProperty(name = "quarkus.datasource.gateway.jdbc.url")
    String database;

    @ConfigProperty(name = "quarkus.datasource.gateway.username")
    String user;

    @ConfigProperty(name = "quarkus.datasource.gateway.password")
    String password;

    private final String key = UUID.randomUUID().toString();
    private ApiClient api;

    @BeforeEach
    void connect() throws Exception {
        api = new ApiClient(address.getPort(), tokenFile);
    }

    private HttpResponse<String> post(String path, String used, String body) throws Exception {
        return later(path, used, body).get();
    }

    private CompletableFuture<HttpResponse<String>> later(String path, String used, String body) {
        return api.http().sendAsync(
                api.request(path).header("Idempotency-Key", used).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    /** Without a name: each time that it is done there is another container. */
    private static String container(String label) {
        return "{\"spec\": {\"image\": \"busy\", \"command\": [\"sleep\", \"1\"], \"labels\": {\"of\": \"" + label + "\"}}}";
    }

    private long made(String label) throws Exception {
        JsonNode all = Json.read(api.get("/api/v1/containers?all=true").body(), JsonNode.class);
        return all.path("items").findParents("labels").stream().filter(spec -> spec.path("labels").path("of").asText().equals(label)).count();
    }

    private int change(String sql, String... values) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database, user, password); var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    @Test
    void theSameWithTheSameKeyIsDoneOnceAndAnsweredAgain() throws Exception {
        var first = post("/api/v1/containers", key, container(key));
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("idempotency-replayed")).isEmpty();
        var second = post("/api/v1/containers", key, container(key));
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("content-type")).isEqualTo(first.headers().firstValue("content-type"));
        assertThat(second.headers().firstValue("idempotency-replayed")).contains("true");
        assertThat(made(key)).isEqualTo(1);
    }

    @Test
    void aRefusalIsAnsweredAgainToo() throws Exception {
        String body = "{\"spec\": {\"image\": \"nonesuch\"}}";
        var first = post("/api/v1/containers", key, body);
        assertThat(first.statusCode()).isEqualTo(404);
        var second = post("/api/v1/containers", key, body);
        assertThat(second.statusCode()).isEqualTo(404);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("idempotency-replayed")).contains("true");
    }

    @Test
    void somethingElseWithTheSameKeyIsRefused() throws Exception {
        post("/api/v1/containers", key, container(key));
        for (String path : List.of("/api/v1/containers", "/api/v1/networks")) {
            var other = post(path, key, container("other"));
            assertThat(other.statusCode()).isEqualTo(422);
            assertThat(other.body()).contains("/problems/key-reused");
        }
        assertThat(made("other")).isZero();
    }

    /** At most one of those who come at once is the first; the others hear its answer or that there is none yet. */
    @Test
    void twinsAreDoneOnce() throws Exception {
        List<HttpResponse<String>> answers =
                IntStream.range(0, 20).mapToObj(n -> later("/api/v1/containers", key, container(key))).toList().stream().map(CompletableFuture::join).toList();
        assertThat(answers).extracting(HttpResponse::statusCode).containsOnlyElementsOf(Stream.of(201, 409).toList()).contains(201);
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 409).allSatisfy(twin -> {
            assertThat(twin.body()).contains("there is no answer yet");
            assertThat(twin.headers().firstValue("retry-after")).contains("1");
        });
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).extracting(HttpResponse::body).containsOnly(answers.stream().filter(one -> one.statusCode() == 201).findFirst().orElseThrow().body());
        assertThat(made(key)).isEqualTo(1);
    }

    /** The row is what a gateway leaves that ends while it waits for the answer. */
    @Test
    void whatWasCutOffIsNotDoneAgain() throws Exception {
        post("/api/v1/containers", key, container(key));
        assertThat(change("update idempotent_request set status = null, headers = null, body = null where key = ?", key)).isEqualTo(1);
        var again = post("/api/v1/containers", key, container(key));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("look whether it was done");
        assertThat(made(key)).isEqualTo(1);
    }

    @Test
    void afterADayAKeyIsNew() throws Exception {
        post("/api/v1/containers", key, container(key));
        assertThat(change("update idempotent_request set begun_at = begun_at - interval '25 hours' where key = ?", key)).isEqualTo(1);
        assertThat(post("/api/v1/containers", key, container(key)).headers().firstValue("idempotency-replayed")).isEmpty();
        assertThat(made(key)).isEqualTo(2);
    }

    @Test
    void whatIsOlderThanADayIsForgotten() throws Exception {
        post("/api/v1/containers", key, container(key));
        change("update idempotent_request set begun_at = begun_at - interval '25 hours' where key = ?", key);
        post("/api/v1/containers", UUID.randomUUID().toString(), container("later"));
        assertThat(change("delete from idempotent_request where key = ?", key)).isZero();
    }

    /** Neither the request nor a hash of it that could be guessed at. */
    @Test
    void nothingOfTheRequestIsKept() throws Exception {
        post("/api/v1/containers", key, container(key));
        try (Connection connection = DriverManager.getConnection(database, user, password);
                var rows = connection.createStatement().executeQuery("select fingerprint from idempotent_request where key = '" + key + "'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).matches("[0-9a-f]{64}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/builds", "/api/v1/join-tokens"})
    void whatIsTooLargeOrTooSecretHasNoKey(String path) throws Exception {
        var answer = post(path, key, "{}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"Idempotency-Key\"");
    }

    @Test
    void whatMayHaveBeenDoneIsNotDoneAgain() throws Exception {
        // a connection that is closed while it is sent on: nobody knows
        assertThat(post("/api/v1/images/closed-" + key, key, "").statusCode()).isEqualTo(503);
        assertThat(post("/api/v1/images/closed-" + key, key, "").statusCode()).isEqualTo(409);
    }
}
