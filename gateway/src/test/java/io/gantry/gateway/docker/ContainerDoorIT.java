package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.ApiServerName;
import io.gantry.gateway.fixture.DockerSocket;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.TestPki;
import io.gantry.gateway.fixture.TlsClient;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an agent brings from a container's socket. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
@Timeout(60)
class ContainerDoorIT {
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    @ConfigProperty(name = "gantry.pki.dir")
    Path pki;

    @Inject DockerEdge edge;

    private DockerSocket owner;

    @BeforeEach
    void listening() throws InterruptedException {
        owner = new DockerSocket(socket);
        // its certificate is there from the beginning
        for (int tries = 0; edge.portForNodes() < 0 && tries < 100; tries++) {
            Thread.sleep(50);
        }
    }

    @AfterEach
    void everythingIsRemoved() throws IOException {
        for (var one : owner.get("/containers/json?all=1").json()) {
            owner.send("DELETE", "/containers/" + one.path("Id").asText() + "?force=1", "");
        }
    }

    @Test
    void aContainerSeesAndMakesWhatIsOfItsSession() throws Exception {
        String reaper = create("testcontainers-ryuk-s1", "\"HostConfig\": {\"Binds\": [\"/var/run/docker.sock:/var/run/docker.sock\"]}");
        String ofSession = create("one", "\"Labels\": {\"org.testcontainers.sessionId\": \"s1\"}");
        String other = create("other", "\"Labels\": {\"org.testcontainers.sessionId\": \"s2\"}");
        TlsClient client = of("node", reaper);
        String list = client.send("GET", "/containers/json?all=1", "");
        assertThat(list).startsWith("HTTP/1.1 200 ").contains(ofSession).doesNotContain(other).doesNotContain(reaper);
        assertThat(client.send("DELETE", "/containers/" + other + "?force=1", "")).startsWith("HTTP/1.1 404 ");
        assertThat(client.send("DELETE", "/containers/" + ofSession + "?force=1", "")).startsWith("HTTP/1.1 204 ");
        assertThat(owner.get("/containers/" + other + "/json").status()).isEqualTo(200);
        assertThat(client.send("POST", "/containers/create?name=made", "{\"Image\": \"busy\", \"Cmd\": [\"true\"]}")).startsWith("HTTP/1.1 201 ");
        assertThat(owner.get("/containers/made/json").json().path("Config").path("Labels").toString()).isEqualTo("{\"org.testcontainers.sessionId\":\"s1\"}");
    }

    @Test
    void whatItMakesCanReachNoFurtherThanItself() throws Exception {
        String id = create("alone", "\"HostConfig\": {\"Binds\": [\"" + socket + ":/docker.sock\"]}");
        TlsClient client = of("node", id);
        assertThat(client.send("GET", "/containers/json?all=1", "")).endsWith("[]\n");
        String made = client.send("POST", "/containers/create", "{\"Image\": \"busy\", \"Cmd\": [\"true\"], \"HostConfig\": {\"Binds\": [\"/var/run/docker.sock:/var/run/docker.sock\"]}}");
        assertThat(made).startsWith("HTTP/1.1 201 ");
        String inner = made.replaceAll("(?s).*\"Id\":\"([0-9a-f]{64})\".*", "$1");
        assertThat(of("node", inner).send("GET", "/containers/json?all=1", "")).contains(inner).doesNotContain("alone");
        assertThat(owner.get("/containers/" + inner + "/json").json().path("HostConfig").path("Binds").toString()).isEqualTo("[\"/var/run/docker.sock:/var/run/docker.sock:rw\"]");
        assertThat(client.send("POST", "/containers/create", "{\"Image\": \"busy\", \"Labels\": {\"org.testcontainers.sessionId\": \"s2\"}, \"Cmd\": [\"true\"], \"HostConfig\": {\"Binds\": [\"/run/docker.sock:/s\"]}}"))
                .startsWith("HTTP/1.1 201 ");
        assertThat(of("node", lastOf(client)).send("GET", "/containers/json?all=1", "")).contains(inner);
    }

    @Test
    void theEndOfTheClientsHalfIsTheEndOfStandardInput() throws Exception {
        String id = create("mine", "\"Labels\": {\"io.gantry.scope\": \"x\"}, \"HostConfig\": {\"Binds\": [\"/var/run/docker.sock:/var/run/docker.sock\"]}");
        owner.send("POST", "/containers/" + id + "/start", "");
        TlsClient client = of("node", id);
        String exec = client.send("POST", "/containers/" + id + "/exec", "{\"AttachStdin\": true, \"Cmd\": [\"wc\", \"-c\"]}").replaceAll("(?s).*\"Id\":\"([0-9a-f]{64})\".*", "$1");
        assertThat(client.say("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}12345")).startsWith("HTTP/1.1 101 ").endsWith("\1\0\0\0\0\0\0\2" + "5\n");
    }

    @Test
    void whoEndsTheirHalfBeforeAnAnswerComesHasLeft() throws Exception {
        String id = create("mine", "\"Labels\": {\"io.gantry.scope\": \"x\"}, \"HostConfig\": {\"Binds\": [\"/var/run/docker.sock:/var/run/docker.sock\"]}");
        try (SSLSocket client = of("node", id).open()) {
            client.getOutputStream().write("GET /events HTTP/1.1\r\nHost: d\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(client.getInputStream().read()).isEqualTo('H');
            client.shutdownOutput();
            // an endless stream ends
            client.getInputStream().readAllBytes();
        } catch (SSLException e) {
            // cut off is as good
        }
    }

    @Test
    void noOtherCertificateAndNoOtherNodeComesIn(@TempDir Path elsewhere) throws Exception {
        String id = create("mine", "\"HostConfig\": {\"Binds\": [\"/var/run/docker.sock:/var/run/docker.sock\"]}");
        String plain = create("plain", "\"Labels\": {}");
        assertThat(of("node", plain).send("GET", "/info", "")).startsWith("HTTP/1.1 403 ").contains("was given no way to this API");
        assertThat(of("service", id).send("GET", "/info", "")).startsWith("HTTP/1.1 401 ").contains("only agents come in here");
        assertThat(new TlsClient(edge.portForNodes(), pki, "node", null).send("GET", "/info", "")).startsWith("HTTP/1.1 401 ");
        assertThat(of("node", "0".repeat(64)).send("GET", "/info", "")).startsWith("HTTP/1.1 404 ");
        TestPki foreign = new TestPki(elsewhere);
        foreign.issue("node", "gantry://node/node-01980000-0000-7000-8000-00000000000f");
        assertThatThrownBy(() -> new TlsClient(edge.portForNodes(), elsewhere, "node", ApiServerName.of(new ContainerId(id))).send("GET", "/info", "")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new TlsClient(edge.portForNodes(), pki, null, ApiServerName.of(new ContainerId(id))).send("GET", "/info", "")).isInstanceOf(IOException.class);
    }

    private TlsClient of(String certificate, String container) throws Exception {
        return new TlsClient(edge.portForNodes(), pki, certificate, ApiServerName.of(new ContainerId(container)));
    }

    private String lastOf(TlsClient client) throws IOException {
        return client.send("GET", "/containers/json?all=1&limit=1", "").replaceAll("(?s).*\"Id\":\"([0-9a-f]{64})\".*", "$1");
    }

    private String create(String name, String more) throws IOException {
        return owner.send("POST", "/containers/create?name=" + name, "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"], " + more + "}").json().path("Id").asText();
    }
}
