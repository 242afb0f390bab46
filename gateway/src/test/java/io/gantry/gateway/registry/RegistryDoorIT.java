package io.gantry.gateway.registry;

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
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registry clients at the gateway: how they learn who they shall be, and what a pass is good for. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class RegistryDoorIT {
    private static final int THROUGH = 202;
    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    private ApiClient api;

    @BeforeEach
    void connect() throws Exception {
        api = new ApiClient(address.getPort(), tokenFile);
    }

    @Test
    void whoIsNobodyIsToldOfBothWaysTheBetterOneFirst() throws Exception {
        HttpResponse<String> bare = send("PUT", "/v2/shop/web/manifests/1", null);
        assertThat(bare.statusCode()).isEqualTo(401);
        assertThat(bare.headers().allValues("WWW-Authenticate")).containsExactly(
                "Bearer realm=\"http://" + address.getAuthority() + "/v2/token\",service=\"gantry\",scope=\"repository:shop/web:push\"", "Basic realm=\"gantry\"");
        assertThat(bare.body()).contains("\"code\":\"UNAUTHORIZED\"", "a token is needed");
        assertThat(send("GET", "/v2/", null).headers().allValues("WWW-Authenticate").getFirst()).doesNotContain("scope");
        HttpResponse<String> secured = api.http().send(HttpRequest.newBuilder(address.resolve("/v2/")).header("X-Forwarded-Proto", "https").build(), BodyHandlers.ofString());
        assertThat(secured.headers().allValues("WWW-Authenticate").getFirst()).startsWith("Bearer realm=\"https://");
    }

    @Test
    void basicAuthenticationIsTakenAsItWas() throws Exception {
        assertThat(send("GET", "/v2/shop/web/manifests/1", basic(api.token())).statusCode()).isEqualTo(THROUGH);
        assertThat(send("GET", "/v2/shop/web/manifests/1", basic("gantry_wrong")).statusCode()).isEqualTo(401);
    }

    @Test
    void aPassIsGoodForWhatWasAskedFor() throws Exception {
        JsonNode given = pass(api.token(), "scope=repository:shop/web:pull,push");
        assertThat(given.path("expires_in").asInt()).isEqualTo(300);
        assertThat(given.path("access_token").asText()).isEqualTo(given.path("token").asText()).startsWith("gantry-pass_");
        String pass = "Bearer " + given.path("token").asText();
        HttpResponse<String> through = send("POST", "/v2/shop/web/blobs/uploads/", pass);
        assertThat(through.statusCode()).isEqualTo(THROUGH);
        assertThat(through.headers().firstValue("X-Seen-Principal")).contains("owner");
        assertThat(send("GET", "/v2/", pass).statusCode()).isNotEqualTo(401);
        for (String[] further : new String[][] {
            {"GET", "/v2/shop/other/manifests/1"}, {"DELETE", "/v2/shop/web/manifests/1"}, {"GET", "/v2/_catalog"}, {"GET", "/v2/shop%2Fother/manifests/1"},
            {"POST", "/v2/shop/web/blobs/uploads/?mount=sha256:00&from=shop/other"}, {"GET", "/v2/shop/web/../other/manifests/1"}, {"GET", "/v2/shop/other%2Fmanifests/1"}}) {
            HttpResponse<String> refused = send(further[0], further[1], pass);
            assertThat(refused.statusCode()).as(String.join(" ", further)).isEqualTo(401);
            assertThat(refused.headers().allValues("WWW-Authenticate").getFirst()).endsWith(",error=\"insufficient_scope\"");
            assertThat(refused.body()).contains("the pass is not good for this; it is for [repository:shop/web:pull,push]");
        }
    }

    @Test
    void severalThingsAreAskedForInOnePassAndWhatIsUnknownIsNotGiven() throws Exception {
        JsonNode given = pass(api.token(), "scope=repository:a:push&scope=repository:b:pull%20registry:catalog:*&scope=planet:c:fly&account=gantry&client_id=docker&offline_token=true&service=gantry");
        assertThat(given.path("scope").asText()).isEqualTo("repository:a:push repository:b:pull registry:catalog:*");
        assertThat(send("POST", "/v2/a/blobs/uploads/?mount=sha256:00&from=b", "Bearer " + given.path("token").asText()).statusCode()).isEqualTo(THROUGH);
    }

    @Test
    void aPassIsForTheRegistryAlone() throws Exception {
        String pass = "Bearer " + pass(api.token(), "scope=repository:shop/web:*").path("token").asText();
        assertThat(send("GET", "/api/v1/containers", pass).statusCode()).isEqualTo(401);
        assertThat(send("GET", "/v2/token", pass).statusCode()).as("no pass for a pass").isEqualTo(401);
    }

    @Test
    void aPassEndsWithItsToken() throws Exception {
        JsonNode made = Json.read(api.post("/api/v1/tokens", "{\"principal\": \"ci\"}").body(), JsonNode.class);
        String pass = "Bearer " + pass(made.path("token").asText(), "scope=repository:shop/web:pull").path("token").asText();
        assertThat(send("GET", "/v2/shop/web/manifests/1", pass).headers().firstValue("X-Seen-Principal")).contains("ci");
        assertThat(api.send("DELETE", "/api/v1/tokens/" + made.path("id").asText()).statusCode()).isEqualTo(204);
        assertThat(send("GET", "/v2/shop/web/manifests/1", pass).statusCode()).isEqualTo(401);
    }

    @Test
    void aTokenWithAScopeGetsAPassOfThatScope() throws Exception {
        JsonNode made = Json.read(api.post("/api/v1/tokens", "{\"principal\": \"ci\", \"scope\": \"ci-17\"}").body(), JsonNode.class);
        String pass = "Bearer " + pass(made.path("token").asText(), "scope=repository:shop/web:pull").path("token").asText();
        HttpResponse<String> through = send("GET", "/v2/shop/web/manifests/1", pass);
        assertThat(through.headers().firstValue("X-Seen-Principal")).contains("ci");
        assertThat(through.headers().firstValue("X-Seen-Scope")).contains("ci-17");
        assertThat(send("PUT", "/v2/shop/web/manifests/1", pass).statusCode()).as("more than was asked for").isEqualTo(401);
    }

    @Test
    void aFormGetsOneToo() throws Exception {
        HttpResponse<String> given = form("grant_type=password&service=gantry&client_id=containerd&username=gantry&password=" + api.token() + "&scope=repository:shop/web:pull");
        assertThat(given.statusCode()).isEqualTo(200);
        assertThat(send("GET", "/v2/shop/web/manifests/1", "Bearer " + Json.read(given.body(), JsonNode.class).path("access_token").asText()).statusCode()).isEqualTo(THROUGH);
        assertThat(form("grant_type=password&username=gantry&password=wrong").statusCode()).isEqualTo(401);
        HttpResponse<String> other = form("grant_type=refresh_token&refresh_token=x");
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("unsupported_grant_type", "got 'refresh_token'");
        assertThat(form("grant_type=%zz").statusCode()).isEqualTo(400);
    }

    @Test
    void nobodyGetsNone() throws Exception {
        HttpResponse<String> refused = send("GET", "/v2/token?scope=repository:shop/web:pull", null);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().allValues("WWW-Authenticate")).isEqualTo(List.of("Basic realm=\"gantry\""));
        assertThat(send("PUT", "/v2/token", null).statusCode()).isEqualTo(405);
        assertThat(send("GET", "/v2/shop/web/manifests/1", "Bearer gantry-pass_e30.AAAA").body()).contains("the pass is not valid");
    }

    private JsonNode pass(String token, String query) throws Exception {
        HttpResponse<String> answer = send("GET", "/v2/token?" + query, basic(token));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.read(answer.body(), JsonNode.class);
    }

    private HttpResponse<String> form(String form) throws Exception {
        return api.http().send(
                HttpRequest.newBuilder(address.resolve("/v2/token")).header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(form)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String method, String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + address.getAuthority() + path)).timeout(Duration.ofSeconds(20)).method(method, BodyPublishers.noBody());
        return api.http().send((authorization == null ? request : request.header("Authorization", authorization)).build(), BodyHandlers.ofString());
    }

    private static String basic(String token) {
        return "Basic " + Base64.getEncoder().encodeToString(("gantry:" + token).getBytes(StandardCharsets.UTF_8));
    }
}
