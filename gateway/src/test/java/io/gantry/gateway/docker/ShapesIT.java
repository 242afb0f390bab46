package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.gateway.docker.schema.MobySchema;
import io.gantry.gateway.fixture.DockerSocket;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked and answered, by the letter: in the shape of the asked version, as Docker's published description of 1.41 has it. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class ShapesIT {
    private static final MobySchema MOBY = MobySchema.load();

    /**
     * What answers have beyond that description, or otherwise: fields of later versions and of ours, and what Docker's own daemon says, too, though
     * its description doesn't know it.
     */
    private static final Set<String> KNOWN_DIFFERENCES = Set.of("Node ", "ConfigFrom ", "ConfigOnly ", "BuilderSize ", "RestartPolicy.Name ", "ExitCode is no integer", "Containers[", "PreviousSpec ", "Healthcheck ", "DataPathPort ", "DefaultAddrPool ", "SubnetSize ");

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    private DockerSocket docker;

    @BeforeEach
    void connect() {
        docker = new DockerSocket(socket);
    }

    @Test
    void everyAnswerIsAsPublished() throws IOException {
        String id = docker.send("POST", "/v1.41/containers/create?name=shaped", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"30\"], \"ExposedPorts\": {\"80/tcp\": {}}}").json().path("Id").asText();
        docker.send("POST", "/containers/" + id + "/start", "");
        List<String> faults = new ArrayList<>();
        // this one alone: where others mount something, that list is of mount points, as Docker's own daemon tells them, and described as one of mounts
        look("/containers/json?all=1&" + DockerSocket.filters("{'id': ['" + id + "']}"), "/containers/json", faults);
        look("/containers/" + id + "/json", "/containers/{id}/json", faults);
        look("/images/json", "/images/json", faults);
        look("/images/shop/web:1/json", "/images/{name}/json", faults);
        look("/images/shop/web:1/history", "/images/{name}/history", faults);
        look("/networks", "/networks", faults);
        look("/networks/bridge", "/networks/{id}", faults);
        look("/volumes", "/volumes", faults);
        look("/system/df", "/system/df", faults);
        look("/info", "/info", faults);
        look("/version", "/version", faults);
        JsonNode exec = docker.send("POST", "/v1.41/containers/" + id + "/exec", "{\"Cmd\": [\"true\"]}").json();
        look("/exec/" + exec.path("Id").asText() + "/json", "/exec/{id}/json", faults);
        look("/plugins", "/plugins", faults);
        docker.send("DELETE", "/containers/" + id + "?force=1", "");
        assertThat(faults).isEmpty();
    }

    @Test
    void everyAnswerOfTheSwarmIsAsPublished() throws IOException {
        List<String> faults = new ArrayList<>();
        for (String kind : new String[] {"secrets", "configs"}) {
            // not as its description says, but as Docker's own daemon does
            assertThat(docker.send("POST", "/v1.41/" + kind + "/create", "{\"Name\": \"shaped\", \"Data\": \"eA==\"}").json().path("ID").asText()).matches("[0-9a-f]{32}");
        }
        String spec = "{\"Name\": \"shaped\", \"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"busy\", \"Args\": [\"sleep\", \"60\"], \"Env\": [\"A=%s\"], \"Secrets\": [{\"SecretName\":"
                + " \"shaped\", \"File\": {\"Name\": \"x\", \"UID\": \"0\", \"GID\": \"0\", \"Mode\": 256}}], \"Mounts\": [{\"Type\": \"tmpfs\", \"Target\": \"/x\"}], \"Ulimits\":"
                + " [{\"Name\": \"nofile\", \"Soft\": 5, \"Hard\": 9}]}, \"Placement\": {\"Constraints\": [\"node.hostname==n1\"]}}, \"EndpointSpec\": {\"Ports\": [{\"TargetPort\": 80}]}}";
        String id = order("POST", "/services/create", "/services/create", 201, spec.formatted("1"), faults).path("ID").asText();
        String version = docker.get("/services/shaped").json().path("Version").path("Index").asText();
        order("POST", "/services/shaped/update?version=" + version, "/services/{id}/update", 200, spec.formatted("2"), faults);
        look("/services?status=1", "/services", faults);
        look("/services/" + id, "/services/{id}", faults);
        look("/tasks", "/tasks", faults);
        look("/tasks/" + docker.get("/tasks").json().get(0).path("ID").asText(), "/tasks/{id}", faults);
        look("/nodes", "/nodes", faults);
        look("/nodes/n1", "/nodes/{id}", faults);
        look("/swarm", "/swarm", faults);
        look("/secrets", "/secrets", faults);
        look("/secrets/shaped", "/secrets/{id}", faults);
        look("/configs", "/configs", faults);
        look("/configs/shaped", "/configs/{id}", faults);
        look("/info", "/info", faults);
        assertThat(docker.send("DELETE", "/services/shaped", "").status()).isEqualTo(200);
        assertThat(docker.send("DELETE", "/secrets/shaped", "").status()).isEqualTo(204);
        assertThat(docker.send("DELETE", "/configs/shaped", "").status()).isEqualTo(204);
        assertThat(faults).isEmpty();
    }

    @Test
    void everyAnswerToAnOrderIsAsPublished() throws IOException {
        List<String> faults = new ArrayList<>();
        JsonNode made = order("POST", "/containers/create?name=ordered", "/containers/create", 201, "{\"Image\": \"busy\", \"Cmd\": [\"true\"]}", faults);
        order("POST", "/networks/create", "/networks/create", 201, "{\"Name\": \"ordered\"}", faults);
        order("POST", "/networks/prune?" + DockerSocket.filters("{'label': ['none']}"), "/networks/prune", 200, "", faults);
        order("POST", "/containers/prune?" + DockerSocket.filters("{'label': ['none']}"), "/containers/prune", 200, "", faults);
        order("POST", "/images/prune?" + DockerSocket.filters("{'label': ['none']}"), "/images/prune", 200, "", faults);
        docker.send("POST", "/images/busy/tag?repo=ordered", "");
        order("DELETE", "/images/ordered", "/images/{name}", 200, "", faults);
        assertThat(docker.send("POST", "/v1.41/networks/ordered/connect", "{\"Container\": \"ordered\"}").status()).as("without a body").isEqualTo(200);
        assertThat(docker.send("POST", "/v1.41/networks/ordered/disconnect", "{\"Container\": \"ordered\", \"Force\": true}").status()).isEqualTo(200);
        docker.send("DELETE", "/containers/" + made.path("Id").asText(), "");
        docker.send("DELETE", "/networks/ordered", "");
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "GET | /containers/json?size=0 | 200 | ", "GET | /containers/json?size=1 | 200 | ", "GET | /containers/json?unicorn=1 | 200 | ",
        "POST | /containers/x/stop?signal=HUP | 404 | No such container: x",
        "POST | /v1.41/containers/x/stop?signal=HUP | 404 | No such container: x",
        "DELETE | /containers/x?link=1 | 501 | the parameter link is not supported yet: containers find each other by name, so that there are no links to remove",
        "GET | /images/json?manifests=1 | 501 | the parameter manifests is not supported yet: an image here is for one platform",
        "POST | /commit?container=x&repo=y&pause=0 | 501 | the parameter pause is not supported yet: a container stands still while its changes are read",
        "GET | /networks/bridge?scope=swarm | 404 | network bridge not found", "GET | /networks/bridge?scope=local&verbose=true | 200 | ",
        "POST | /networks/bridge/connect | 400 | invalid container name or ID: value is empty", "POST | /plugins/pull | 501 | POST /plugins/pull is not supported yet", "POST | /build/prune?keep-storage=5 | 501 | the parameter keep-storage is not supported yet: how much builds keep isn't counted; say until when by --filter until=24h",
        "GET | /unicorns | 404 | page not found", "PUT | /containers/json | 404 | page not found", "GET | /system/df?type=socks | 400 | unknown object type: socks",
        "POST | /images/busy/tag | 400 | invalid reference format: repo is missing", "POST | /images/none/tag?repo=x | 404 | No such image: none"
    })
    void nothingIsIgnoredInSilence(String method, String path, int status, String message) throws IOException {
        DockerSocket.Answer answer = docker.send(method, path, "");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        if (message != null) {
            assertThat(answer.message()).isEqualTo(message);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /containers/json", "GET, /images/json", "GET, /networks", "GET, /volumes", "GET, /events", "POST, /containers/prune", "POST, /images/prune", "POST, /networks/prune",
        "POST, /volumes/prune", "POST, /build/prune", "GET, /services", "GET, /tasks", "GET, /nodes", "GET, /secrets", "GET, /configs"})
    void anUnknownFilterOfAnyListIsRefusedInDockersWords(String method, String path) throws IOException {
        DockerSocket.Answer answer = docker.send(method, path + "?" + DockerSocket.filters("{'colour': ['red']}"), "");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo("invalid filter 'colour'");
    }

    @Test
    void oneImageIsAnArchiveAsSeveralAre() throws IOException {
        String answer = docker.raw("GET /images/shop/web:1/get HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200").contains("a tar of [shop/web:1]");
        assertThat(answer.substring(0, answer.indexOf("\r\n\r\n")).toLowerCase(Locale.ROOT)).contains("content-type: application/x-tar");
    }

    @Test
    void aStartWithABodyIsNoStart() throws IOException {
        String id = docker.send("POST", "/containers/create", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"30\"]}").json().path("Id").asText();
        DockerSocket.Answer refused = docker.send("POST", "/containers/" + id + "/start", "{\"Binds\": []}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).startsWith("starting container with non-empty request body");
        assertThat(docker.send("POST", "/containers/" + id + "/start", "{}").status()).isEqualTo(204);
        docker.send("DELETE", "/containers/" + id + "?force=1", "");
    }

    @Test
    void anAttachWithoutItsStreamIsTheLogUntilNow() throws IOException {
        String id = docker.send("POST", "/containers/create", "{\"Image\": \"busy\", \"Cmd\": [\"sh\", \"-c\", \"echo said; exec sleep 30\"]}").json().path("Id").asText();
        docker.send("POST", "/containers/" + id + "/start", "");
        String attach = "POST /containers/" + id + "/attach?stdout=1&stderr=1&%s HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
        String said = "";
        while (!said.endsWith("\1\0\0\0\0\0\0\5said\n")) {
            said = docker.raw(attach.formatted("logs=1&stream=0"));
            assertThat(said).startsWith("HTTP/1.1 101 UPGRADED");
        }
        assertThat(docker.raw(attach.formatted("stream=0"))).startsWith("HTTP/1.1 101 UPGRADED").endsWith("\r\n\r\n");
        docker.send("DELETE", "/containers/" + id + "?force=1", "");
    }

    @Test
    void detailsOfALogAreTheBlankAfterThem() throws IOException {
        String id = docker.send("POST", "/containers/create", "{\"Image\": \"busy\", \"Tty\": false, \"Cmd\": [\"echo\", \"said\"]}").json().path("Id").asText();
        docker.send("POST", "/containers/" + id + "/start", "");
        docker.raw("POST /containers/" + id + "/wait HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        assertThat(docker.raw("GET /containers/" + id + "/logs?stdout=1&details=1 HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")).contains("\1\0\0\0\0\0\0\6 said\n");
        docker.send("DELETE", "/containers/" + id, "");
    }

    private void look(String path, String template, List<String> faults) throws IOException {
        DockerSocket.Answer answer = docker.get("/v1.41" + path);
        add(template, answer.status() == 200 ? MOBY.faults("GET", template, 200, answer.json()) : List.of("status " + answer.status() + ": " + answer.json()), faults);
    }

    private JsonNode order(String method, String path, String template, int status, String body, List<String> faults) throws IOException {
        DockerSocket.Answer answer = docker.send(method, "/v1.41" + path, body);
        add(template, answer.status() == status ? MOBY.faults(method, template, status, answer.json()) : List.of("status " + answer.status() + ": " + answer.json()), faults);
        return answer.json();
    }

    private static void add(String template, List<String> found, List<String> faults) {
        found.stream().filter(fault -> KNOWN_DIFFERENCES.stream().noneMatch(known -> fault.contains("." + known))).forEach(fault -> faults.add(template + ": " + fault));
    }
}
