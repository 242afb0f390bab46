package io.gantry.gateway.scope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.docker.DockerEdge;
import io.gantry.gateway.docker.core.DockerApi;
import io.gantry.gateway.docker.core.ScopedOperations;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.DockerSocket;
import io.gantry.gateway.fixture.Heard;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller with a scope beside somebody who has things of their own: every endpoint of both APIs. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class ScopeIT {
    /** In the name of whatever isn't theirs. */
    private static final String FOREIGN = "foreign";

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @TestHTTPResource URI address;

    @Inject DockerEdge edge;

    private ApiClient owner;
    private ApiClient api;
    private DockerSocket everybody;
    private DockerSocket docker;
    private String foreign;
    private String foreignNetwork;
    private String foreignExec;

    @BeforeEach
    void somebodyElseIsThere() throws Exception {
        owner = new ApiClient(address.getPort(), tokenFile);
        String token = token("{\"principal\": \"ci\", \"scope\": \"ci-17\"}").path("token").asText();
        api = new ApiClient(address.getPort(), token);
        everybody = new DockerSocket(socket);
        docker = DockerSocket.port(edge.port(), token);
        foreign = everybody.send("POST", "/containers/create?name=foreign-box", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"], \"Labels\": {\"io.gantry.scope\": \"foreign\"}}").json().path("Id").asText();
        everybody.send("POST", "/containers/" + foreign + "/start", "");
        everybody.send("POST", "/containers/create?name=foreign-idle", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"]}");
        foreignNetwork = everybody.send("POST", "/networks/create", "{\"Name\": \"foreign-net\"}").json().path("Id").asText();
        everybody.send("POST", "/volumes/create", "{\"Name\": \"foreign-data\"}");
        foreignExec = everybody.send("POST", "/containers/" + foreign + "/exec", "{\"Cmd\": [\"true\"]}").json().path("Id").asText();
    }

    @AfterEach
    void everythingIsRemoved() throws IOException {
        for (JsonNode one : everybody.get("/containers/json?all=1").json()) {
            everybody.send("DELETE", "/containers/" + one.path("Id").asText() + "?force=1", "");
        }
        everybody.send("POST", "/networks/prune", "");
        for (JsonNode one : everybody.get("/volumes").json().path("Volumes")) {
            if (!one.path("Name").asText().equals("data")) {
                everybody.send("DELETE", "/volumes/" + one.path("Name").asText(), "");
            }
        }
    }

    @Test
    void noOperationOfDockersTellsOfOthersOrTouchesThem() throws IOException {
        List<String> leaks = new ArrayList<>();
        for (DockerApi.Operation operation : DockerApi.all().stream().filter(DockerApi.Operation::here).toList()) {
            String[] name = operation.name().split(" ");
            ScopedOperations way = ScopedOperations.of(operation);
            String path = name[1]
                    .replace("/containers/{id}", "/containers/" + foreign)
                    .replace("/exec/{id}", "/exec/" + foreignExec)
                    .replace("/networks/{id}", "/networks/" + foreignNetwork)
                    .replace("/volumes/{name}", "/volumes/foreign-data")
                    .replace("/images/{name}", "/images/shop/web:1");
            String query = path.equals("/commit") ? "?container=" + foreign + "&repo=x" : path.equals("/events") ? "?since=0&until=" + Instant.now().getEpochSecond() : path.endsWith("/tag") ? "?repo=mine" : "?force=1";
            String answer = docker.raw(name[0] + " " + path + query + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\n" + docker.authorization() + "Content-Length: 0\r\n\r\n");
            int status = Integer.parseInt(answer.split(" ", 3)[1]);
            List<Integer> fine = switch (way) {
                case FREE -> switch (name[1]) {
                    case "/containers/create", "/networks/create", "/images/create", "/images/get" -> List.of(400);
                    case "/volumes/create" -> List.of(201);
                    default -> List.of(200);
                };
                case CONTAINER, CONTAINER_BY_PARAMETER, CONTAINER_IN_BODY, EXEC, NETWORK, NETWORK_TO_SEE, VOLUME -> List.of(404);
                case IMAGE_TO_USE -> List.of(200);
                case IMAGE, IMAGE_TO_PUSH, NONE -> List.of(403);
            };
            if (!fine.contains(status) || way == ScopedOperations.FREE && answer.contains(FOREIGN)) {
                leaks.add(operation.name() + ": " + answer);
            }
        }
        assertThat(leaks).isEmpty();
        assertThat(everybody.get("/containers/foreign-box/json").json().path("State").path("Running").asBoolean()).isTrue();
        assertThat(List.of(everybody.get("/containers/foreign-idle/json").status(), everybody.get("/networks/foreign-net").status(), everybody.get("/volumes/foreign-data").status()))
                .containsOnly(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET /containers/foreign-box", "DELETE /containers/foreign-box?force=true", "POST /containers/foreign-box/start", "POST /containers/foreign-box/stop",
        "POST /containers/foreign-box/restart", "POST /containers/foreign-box/kill", "POST /containers/foreign-box/pause", "POST /containers/foreign-box/unpause",
        "POST /containers/foreign-box/rename?name=mine", "GET /containers/foreign-box/wait", "PATCH /containers/foreign-box", "GET /containers/foreign-box/logs",
        "GET /containers/foreign-box/stats", "GET /containers/foreign-box/processes", "GET /containers/foreign-box/attach", "GET /containers/foreign-box/archive?path=/",
        "PUT /containers/foreign-box/archive?path=/", "HEAD /containers/foreign-box/archive?path=/", "GET /containers/foreign-box/export", "GET /containers/foreign-box/changes",
        "POST /containers/foreign-box/commit", "POST /containers/foreign-box/execs", "GET /containers/foreign-box/history", "GET /execs/foreign-box/1",
        "GET /networks/foreign-net", "DELETE /networks/foreign-net", "GET /volumes/foreign-data", "DELETE /volumes/foreign-data", "GET /volumes/foreign-data/archive",
        "PUT /volumes/foreign-data/archive", "GET /containers/foreign-box/port-forward?port=80", "POST /containers/foreign-box/networks/foreign-net",
        "DELETE /containers/foreign-box/networks/default"
    })
    void whatRestNamesOfOthersIsNotThere(String request) throws Exception {
        String[] words = request.split(" ");
        assertThat(api.send(words[0], "/api/v1" + words[1]).statusCode()).isEqualTo(404);
        assertThat(everybody.get("/containers/foreign-box/json").json().path("State").path("Running").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/containers?all=true", "/networks", "/volumes", "/volumes?usage=true", "/images"})
    void listsOfRestHaveTheirsAlone(String path) throws Exception {
        docker.send("POST", "/containers/create?name=mine", "{\"Image\": \"busy\", \"Cmd\": [\"true\"], \"HostConfig\": {\"Binds\": [\"mine-data:/data\"]}}");
        docker.send("POST", "/networks/create", "{\"Name\": \"mine-net\"}");
        JsonNode items = Json.read(api.get("/api/v1" + path).body(), JsonNode.class).path("items");
        List<String> names = StreamSupport.stream(items.spliterator(), false).map(one -> one.path("name").asText()).toList();
        assertThat(names).isEqualTo(switch (path.replaceAll("\\?.*", "")) {
            case "/containers" -> List.of("mine");
            case "/networks" -> List.of("mine-net");
            case "/volumes" -> List.of("mine-data");
            default -> List.of();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET /tokens", "POST /tokens", "DELETE /tokens/1", "GET /nodes", "POST /join-tokens", "GET /deployments", "POST /deployments", "GET /rules", "GET /retentions", "POST /retentions/apply", "GET /image-rules", "POST /image-waivers", "GET /secrets",
        "GET /secrets/db", "GET /configs", "GET /ports", "GET /endpoints", "GET /builds", "POST /builds/prune", "POST /registries/login", "GET /containers/foreign-box/explain",
        "GET /containers/foreign-box/isolation", "GET /containers/foreign-box/socket-forward?id=default", "GET /containers/foreign-box/pressure", "POST /containers/foreign-box/debugs", "GET /unicorns"
    })
    void whatIsOfTheWholePlatformIsNotForThem(String request) throws Exception {
        String[] words = request.split(" ");
        HttpResponse<String> answer = api.send(words[0], "/api/v1" + words[1]);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("is not for a token of the scope ci-17");
    }

    @Test
    void imageServiceHearsWithinWhichScopeARegistryClientAsks() throws Exception {
        assertThat(api.get("/v2/busy/manifests/latest").headers().firstValue("X-Seen-Scope")).contains("ci-17");
        String given = api.get("/v2/token?scope=repository:busy:pull").body();
        var byPass = api.http().send(
                HttpRequest.newBuilder(address.resolve("/v2/busy/manifests/latest")).header("Authorization", "Bearer " + Json.read(given, JsonNode.class).path("token").asText()).build(), BodyHandlers.ofString());
        assertThat(byPass.headers().firstValue("X-Seen-Scope")).as("by a pass").contains("ci-17");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/images/busy:latest/report | image-service was asked for /image-service/images/busy:latest/report",
        "/images/shop/web%3A1/report | image-service was asked for /image-service/images/shop/web%3A1/report",
        "/images/nonesuch:1/report | there is no image nonesuch:1",
        "/images/busy:latest/diff?to=shop/web:1 | image-service was asked for /image-service/images/busy:latest/diff?to=shop/web:1",
        "/images/busy:latest/diff?to=nonesuch:1 | there is no image nonesuch:1",
        "/images/nonesuch:1/diff?to=busy:latest | there is no image nonesuch:1"
    })
    void reportsAreForThemOfImagesThatTheyMayUse(String path, String heard) throws Exception {
        HttpResponse<String> answer = api.get("/api/v1" + path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(Json.read(answer.body(), JsonNode.class).path("detail").asText()).isEqualTo(heard);
    }

    @Test
    void whatTheyMakeIsTheirsByBothApis() throws Exception {
        JsonNode made = Json.read(api.post("/api/v1/containers", "{\"name\": \"mine\", \"spec\": {\"image\": \"busy\", \"command\": [\"sleep\", \"60\"]}}").body(), JsonNode.class);
        assertThat(made.path("spec").path("labels").toString()).isEqualTo("{\"io.gantry.scope\":\"ci-17\"}");
        String id = made.path("id").asText();
        assertThat(docker.send("POST", "/containers/mine/start", "").status()).isEqualTo(204);
        assertThat(docker.get("/containers/json").json().findValuesAsText("Id")).containsExactly(id);
        assertThat(docker.get("/info").json().path("Containers").asInt()).isEqualTo(1);
        assertThat(api.get("/api/v1/containers/" + id.substring(0, 12)).statusCode()).isEqualTo(200);
        assertThat(api.get("/api/v1/containers/mine").body()).contains(id);
        String exec = docker.send("POST", "/containers/mine/exec", "{\"Cmd\": [\"true\"]}").json().path("Id").asText();
        assertThat(docker.get("/exec/" + exec + "/json").json().path("ContainerID").asText()).isEqualTo(id);
        assertThat(docker.send("POST", "/containers/prune", "").json().path("ContainersDeleted")).isEmpty();
        assertThat(docker.send("DELETE", "/containers/mine?force=1", "").status()).isEqualTo(204);
        assertThat(everybody.get("/containers/foreign-idle/json").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "POST | /build?t=mine:1 | POST builds",
        "POST | /images/create?fromImage=busy | POST pulls",
        "POST | /images/create?fromSrc=-&repo=mine | POST imports",
        "POST | /images/load | POST archives",
        "POST | /images/shop/web/push?tag=1 | POST pushes",
        "GET | /images/busy/get | GET archives",
        "GET | /images/get?names=busy | GET archives",
    })
    void imageServiceHearsWithinWhichScopeADockerClientAsks(String method, String path, String endpoint) throws Exception {
        // the scope by which an image of the played registry was made
        String token = token("{\"principal\": \"ci\", \"scope\": \"team=shop\"}").path("token").asText();
        String head = method + " " + path + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\nX-Gantry-Scope: another\r\nContent-Length: 0\r\n";
        assertThat(DockerSocket.port(edge.port(), token).raw(head + "Authorization: Bearer " + token + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(Heard.scope(endpoint)).isEqualTo("team=shop");
        assertThat(everybody.raw(head + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(Heard.scope(endpoint)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "POST | /builds?tag=mine:1&target=x | ",
        "POST | /imports?tag=mine:1 | ",
        "POST | /archives | ",
        "GET | /archives?name=busy | ",
        "POST | /pulls | {\"reference\": \"busy:latest\"}",
        "POST | /pushes | {\"reference\": \"busy:latest\"}",
    })
    void imageServiceHearsWithinWhichScopeAProgramAsks(String method, String path, String body) throws Exception {
        String endpoint = method + " " + path.substring(1).replaceAll("\\?.*", "");
        for (ApiClient each : List.of(api, owner)) {
            var publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
            String type = body == null ? "application/x-tar" : "application/json";
            HttpRequest request = each.request("/api/v1" + path).header("X-Gantry-Scope", "another").header("Content-Type", type).method(method, publisher).build();
            assertThat(each.http().send(request, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(200);
            assertThat(Heard.scope(endpoint)).isEqualTo(each == api ? "ci-17" : "none");
        }
    }

    @Test
    void noImageOfOthersIsPushedOrSaved() throws Exception {
        assertThat(docker.send("POST", "/images/shop/web/push?tag=1", "").message()).isEqualTo(
                "the image shop/web:1 was not made within the scope ci-17 (it can be used, but neither tagged, pushed nor removed)");
        assertThat(docker.send("POST", "/images/nonesuch/push?tag=1", "").status()).isEqualTo(404);
        assertThat(docker.get("/images/get?names=nonesuch").status()).isEqualTo(404);
    }

    @Test
    void theyPutTheirContainersOnTheirNetworksByRest() throws Exception {
        docker.send("POST", "/containers/create?name=mine", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"]}");
        docker.send("POST", "/networks/create", "{\"Name\": \"mine-net\"}");
        assertThat(api.send("POST", "/api/v1/containers/mine/networks/foreign-net").statusCode()).isEqualTo(404);
        HttpResponse<String> connected = api.post("/api/v1/containers/mine/networks/mine-net", "{\"aliases\": [\"web\"]}");
        assertThat(connected.statusCode()).as(connected.body()).isEqualTo(200);
        assertThat(docker.get("/containers/mine/json").json().path("NetworkSettings").path("Networks").has("mine-net")).isTrue();
        assertThat(api.send("DELETE", "/api/v1/containers/mine/networks/mine-net").statusCode()).isEqualTo(200);
        // theirs, so that it is the port that is wrong
        assertThat(api.get("/api/v1/containers/mine/port-forward?port=0").statusCode()).isEqualTo(400);
    }

    @Test
    void theyWatchTheirContainersAlone() throws Exception {
        String id = docker.send("POST", "/containers/create?name=mine", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"]}").json().path("Id").asText();
        var answer = api.http().send(api.request("/api/v1/containers?watch").build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(Json.read(data(lines), JsonNode.class).path("items").findValuesAsText("name")).containsOnlyOnce("mine").doesNotContain("foreign-box");
            everybody.send("POST", "/containers/foreign-idle/start", "");
            docker.send("POST", "/containers/mine/start", "");
            JsonNode first = Json.read(data(lines), JsonNode.class);
            assertThat(first.path("subject").asText()).isEqualTo(id);
            assertThat(first.path("type").asText()).isEqualTo("io.gantry.container.started.v1");
        }
    }

    @ParameterizedTest
    @CsvSource({"networks, foreign-net", "volumes, foreign-data", "images, foreign"})
    void theyWatchTheirOtherThingsAlone(String list, String foreign) throws Exception {
        var answer = api.http().send(api.request("/api/v1/" + list + "?watch").build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            JsonNode all = Json.read(data(lines), JsonNode.class);
            assertThat(all).isEqualTo(Json.read(api.get("/api/v1/" + list).body(), JsonNode.class));
            assertThat(all.toString()).doesNotContain(foreign);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployments", "nodes", "rules", "builds"})
    void theyWatchNothingThatHasNoOwner(String list) throws Exception {
        assertThat(api.get("/api/v1/" + list + "?watch").statusCode()).isEqualTo(403);
    }

    private static String data(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (!line.startsWith("data: ")) {
            line = lines.readLine();
        }
        return line.substring("data: ".length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'HostConfig': {'NetworkMode': 'foreign-net'}} | 409 | there is no network 'foreign-net'",
        "{'HostConfig': {'NetworkMode': 'container:foreign-box'}} | 409 | there is no container 'foreign-box'",
        "{'HostConfig': {'PidMode': 'container:foreign-box'}} | 409 | there is no container 'foreign-box'",
        "{'HostConfig': {'PidMode': 'host'}} | 403 | a namespace of the host is beyond the scope ci-17 (leave it out, or use a token without a scope)",
        "{'HostConfig': {'NetworkMode': 'host'}} | 403 | a namespace of the host is beyond the scope ci-17 (leave it out, or use a token without a scope)",
        "{'HostConfig': {'VolumesFrom': ['foreign-box']}} | 409 | there is no container 'foreign-box'",
        "{'HostConfig': {'Binds': ['/etc:/etc2']}} | 403 | a folder of the host, /etc is beyond the scope ci-17 (leave it out, or use a token without a scope)",
        "{'HostConfig': {'Binds': ['foreign-data:/data']}} | 409 | Conflict. the volume name 'foreign-data' is taken (choose another name)",
        "{'HostConfig': {'Privileged': true}} | 403 | a privileged container is beyond the scope ci-17 (leave it out, or use a token without a scope)",
        "{'HostConfig': {'Devices': [{'PathOnHost': '/dev/fuse', 'PathInContainer': '/dev/fuse', 'CgroupPermissions': 'rwm'}]}} | 403 | a device of the host, /dev/fuse is beyond the scope ci-17 (leave it out, or use a token without a scope)",
        "{'Labels': {'io.gantry.scope': 'foreign'}} | 400 | io.gantry.scope is ci-17 for all that is made with this token, got 'foreign' (leave it out)",
    })
    void nothingTheyMakeReachesFurther(String body, int status, String message) throws IOException {
        String whole = body.replace('\'', '"').replaceFirst("\\{", "{\"Image\": \"busy\", \"Cmd\": [\"true\"], ");
        DockerSocket.Answer answer = docker.send("POST", "/containers/create", whole);
        assertThat(answer.message()).isEqualTo(message);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(docker.get("/containers/json?all=1").json()).isEmpty();
    }

    @Test
    void aNameThatIsTakenIsAllTheyHearOfItsHolder() throws IOException {
        DockerSocket.Answer answer = docker.send("POST", "/containers/create?name=foreign-box", "{\"Image\": \"busy\", \"Cmd\": [\"true\"]}");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("Conflict. The container name \"/foreign-box\" is already in use. Choose another name.");
        assertThat(docker.send("POST", "/volumes/create", "{\"Name\": \"foreign-data\"}").status()).isEqualTo(409);
        assertThat(docker.send("POST", "/images/busy/tag?repo=shop/web&tag=1", "").status()).isEqualTo(403);
    }

    @Test
    void eventsTellOfTheirsAlone() throws Exception {
        Instant begun = Instant.now().minusSeconds(1);
        String id = docker.send("POST", "/containers/create?name=mine", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"]}").json().path("Id").asText();
        docker.send("POST", "/containers/mine/start", "");
        String seen = "";
        while (!seen.contains("\"Action\":\"start\"")) {
            seen = docker.raw("GET /events?since=" + begun.getEpochSecond() + "&until=" + Instant.now().plusSeconds(1).getEpochSecond() + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\n"
                    + docker.authorization() + "\r\n");
        }
        assertThat(seen).contains(id).doesNotContain(foreign).doesNotContain(FOREIGN);
        String rest = api.get("/api/v1/events?since=" + begun + "&until=" + Instant.now().plusSeconds(1)).body();
        assertThat(rest).contains(id).doesNotContain(foreign).doesNotContain(FOREIGN);
        assertThat(owner.get("/api/v1/events?since=" + begun.minusSeconds(60) + "&until=" + Instant.now()).body()).contains(id).contains(foreign);
    }

    @Test
    void tokensAreMadeListedAndRevoked() throws Exception {
        JsonNode made = token("{\"principal\": \"short\", \"scope\": \"team=red\", \"validFor\": \"PT1S\"}");
        ApiClient brief = new ApiClient(address.getPort(), made.path("token").asText());
        Instant end = Instant.parse(made.path("expiresAt").asText());
        while (Instant.now().isBefore(end)) {
            assertThat(brief.get("/api/v1/containers").statusCode()).isIn(200, 401);
        }
        assertThat(brief.get("/api/v1/containers").body()).contains("the token has expired, at " + made.path("expiresAt").asText());

        JsonNode other = token("{\"principal\": \"ci\"}");
        assertThat(other.path("scope").isMissingNode()).isTrue();
        ApiClient client = new ApiClient(address.getPort(), other.path("token").asText());
        assertThat(client.get("/api/v1/tokens").body()).contains("\"principal\":\"ci\"", other.path("id").asText()).doesNotContain("gantry_").doesNotContain("short");
        assertThat(owner.send("DELETE", "/api/v1/tokens/" + other.path("id").asText()).statusCode()).isEqualTo(204);
        assertThat(client.get("/api/v1/tokens").statusCode()).isEqualTo(401);
        assertThat(owner.send("DELETE", "/api/v1/tokens/" + other.path("id").asText()).statusCode()).isEqualTo(404);

        JsonNode all = Json.read(owner.get("/api/v1/tokens").body(), JsonNode.class).path("items");
        String first = StreamSupport.stream(all.spliterator(), false).filter(one -> one.path("principal").asText().equals("owner")).findFirst().orElseThrow().path("id").asText();
        assertThat(owner.send("DELETE", "/api/v1/tokens/" + first).statusCode()).isEqualTo(409);
        assertThat(owner.post("/api/v1/tokens", "{\"principal\": \"ci\", \"scope\": \"a b\"}").body()).contains("scope is a word or a label");
        assertThat(owner.post("/api/v1/tokens", "{\"who\": \"ci\"}").statusCode()).isEqualTo(400);
    }

    private JsonNode token(String request) throws Exception {
        HttpResponse<String> made = owner.post("/api/v1/tokens", request);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return Json.read(made.body(), JsonNode.class);
    }
}
