package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.Shell;
import io.gantry.gateway.fixture.TestPki;
import io.gantry.gateway.fixture.TlsClient;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients with a certificate, and those without. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
@Timeout(60)
class TlsIT {
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";

    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @ConfigProperty(name = "gantry.pki.dir")
    Path pki;

    @Inject DockerEdge edge;

    private ApiClient api;

    @BeforeEach
    void listening() throws Exception {
        api = new ApiClient(address.getPort(), tokenFile);
        for (int tries = 0; edge.tlsPort() < 0 && tries < 100; tries++) {
            Thread.sleep(50);
        }
    }

    @Test
    void aCertificateIsAsGoodAsItsToken() throws Exception {
        JsonNode made = token("{\"principal\": \"dora\", \"certificate\": true}");
        TlsClient client = client(made);
        assertThat(client.send("GET", "/containers/json", "")).startsWith("HTTP/1.1 200 ");
        api.send("DELETE", "/api/v1/tokens/" + made.path("id").asText());
        assertThat(client.send("GET", "/containers/json", "")).startsWith("HTTP/1.1 401 ").contains("the token is not valid");
    }

    @Test
    void itsScopeIsTheTokens() throws Exception {
        TlsClient client = client(token("{\"principal\": \"ci\", \"scope\": \"by-tls\", \"certificate\": true}"));
        String made = client.send("POST", "/containers/create?name=by-tls", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"]}");
        assertThat(made).startsWith("HTTP/1.1 201 ");
        assertThat(api.get("/api/v1/containers/by-tls").body()).contains("\"io.gantry.scope\":\"by-tls\"");
        assertThat(client.send("DELETE", "/containers/by-tls?force=1", "")).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void theEndOfTheClientsHalfIsTheEndOfStandardInput() throws Exception {
        TlsClient client = client(token("{\"principal\": \"dora\", \"scope\": \"half\", \"certificate\": true}"));
        String id = client.send("POST", "/containers/create?name=half", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"60\"]}").replaceAll("(?s).*\"Id\":\"([0-9a-f]{64})\".*", "$1");
        client.send("POST", "/containers/" + id + "/start", "");
        String exec = client.send("POST", "/containers/" + id + "/exec", "{\"AttachStdin\": true, \"Cmd\": [\"wc\", \"-c\"]}").replaceAll("(?s).*\"Id\":\"([0-9a-f]{64})\".*", "$1");
        assertThat(client.say("POST /exec/" + exec + "/start HTTP/1.1\r\nHost: d\r\n" + UPGRADE + "Content-Length: 2\r\n\r\n{}12345")).startsWith("HTTP/1.1 101 ").endsWith("\1\0\0\0\0\0\0\2" + "5\n");
        client.send("DELETE", "/containers/" + id + "?force=1", "");
    }

    @Test
    void noneAForeignOneAndAnExpiredOneAreRefused(@TempDir Path elsewhere) throws Exception {
        assertThatThrownBy(() -> new TlsClient(edge.tlsPort(), pki, null, null).send("GET", "/info", "")).isInstanceOf(IOException.class);
        new TestPki(elsewhere).issue("dora", "gantry://client/1");
        Files.copy(pki.resolve("ca.crt"), elsewhere.resolve("ca.crt"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> new TlsClient(edge.tlsPort(), elsewhere, "dora", null).send("GET", "/info", "")).isInstanceOf(IOException.class);
        assertThat(new TlsClient(edge.tlsPort(), pki, "node", null).send("GET", "/info", "")).startsWith("HTTP/1.1 401 ").contains("the certificate is not a client's");
        JsonNode brief = token("{\"principal\": \"dora\", \"certificate\": true, \"validFor\": \"PT1S\"}");
        Instant end = Instant.parse(brief.path("expiresAt").asText()).plusSeconds(1);
        TlsClient client = client(brief);
        while (Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> client.send("GET", "/info", "")).isInstanceOf(IOException.class);
    }

    @Test
    void dockersOwnClientComesInByAContext(@TempDir Path folder) throws Exception {
        JsonNode certificate = token("{\"principal\": \"dora\", \"certificate\": true}").path("certificate");
        Files.writeString(folder.resolve("ca.pem"), certificate.path("authority").asText());
        Files.writeString(folder.resolve("cert.pem"), certificate.path("certificate").asText());
        Files.writeString(folder.resolve("key.pem"), certificate.path("key").asText());
        Shell shell = new Shell(Map.of("DOCKER_CONFIG", folder.resolve("config").toString(), "DOCKER_CLI_HINTS", "false"));
        String host = "tcp://localhost:" + edge.tlsPort();
        // the played service's certificate has no name to look at
        String where = "host=" + host + ",ca=" + folder + "/ca.pem,cert=" + folder + "/cert.pem,key=" + folder + "/key.pem,skip-tls-verify=true";
        assertThat(shell.run("docker context create gantry --docker '" + where + "' && docker context use gantry").code()).isZero();
        assertThat(shell.run("docker run --rm -i busy cat <<< typed")).isEqualTo(new Shell.Result(0, "typed\n", ""));
    }

    private TlsClient client(JsonNode token) throws Exception {
        return new TlsClient(edge.tlsPort(), pki, "client-" + token.path("id").asText(), null);
    }

    private JsonNode token(String request) throws Exception {
        return Json.read(api.post("/api/v1/tokens", request).body(), JsonNode.class);
    }
}
