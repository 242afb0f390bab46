package io.gantry.container.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.container.fixture.NodeCertificate;
import io.gantry.container.fixture.Peers;
import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.fixture.Samples;
import io.gantry.container.link.LinkPort;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.stream.KafkaLink;
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
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** REST → PostgreSQL → Kafka → link → agent and back; the test plays scheduler, network and agent. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class LifecycleIT {
    private static final String IMAGE = "shop/web:1";

    @TestHTTPResource("/container-service/containers")
    URI containers;

    @TestHTTPResource("/container-service/join-tokens")
    URI joinTokens;

    @Inject ServiceToken token;
    @Inject KafkaLink kafka;
    @Inject LinkPort link;

    private final HttpClient http = HttpClient.newHttpClient();
    private Peers peers;
    private PlayedAgent agent;

    @BeforeEach
    void begin() throws Exception {
        String joinToken = json(send("POST", joinTokens, null)).path("token").asText();
        NodeCertificate node = NodeCertificate.join(link.number(), joinToken).certificate();
        peers = new Peers(kafka, node.node());
        peers.nodeReady(1);
        peers.push(IMAGE);
        agent = PlayedAgent.dial(node.node(), link.number(), Path.of("target/test-pki"), node).obey().hello(0);
        agent.next(LinkMessage.Snapshot.class);
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
        peers.close();
    }

    @Test
    void createAnswersWhenPlacedAndLeasedThenStartWhenItRuns() throws Exception {
        JsonNode created = create("a-created", Map.of(), RestartPolicy.NO, false, 201);
        assertThat(created.path("node").path("name").asText()).isEqualTo("n1");
        assertThat(created.path("endpoint").path("address").asText()).isEqualTo("10.64.0.2");
        HttpResponse<String> started = send("POST", at("a-created/start"), null);
        assertThat(json(started).path("state").asText()).isEqualTo("RUNNING");
        assertThat(json(started).path("pid").asInt()).isEqualTo(4711);
        assertThat(started.headers().firstValue("gantry-changed")).contains("true");
        assertThat(send("POST", at("a-created/start"), null).headers().firstValue("gantry-changed")).contains("false");
        assertThat(json(send("POST", at("a-created/stop?grace=PT1S"), null)).path("exitCode").asInt()).isEqualTo(7);
        assertThat(send("DELETE", at("a-created"), null).statusCode()).isEqualTo(204);
        assertThat(send("GET", at("a-created"), null).statusCode()).isEqualTo(404);
    }

    private JsonNode create(String name, Map<String, String> labels, RestartPolicy restart, boolean start, int status)
            throws Exception {
        ContainerSpec spec = Samples.spec(IMAGE, labels, restart);
        HttpResponse<String> response = send("POST", containers, Json.write(new ContainerRequest(name, spec, start)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return json(response);
    }

    private URI at(String path) {
        return URI.create(containers + "/" + path);
    }

    private HttpResponse<String> send(String method, URI uri, String body) throws Exception {
        return http.send(request(method, uri, body), BodyHandlers.ofString());
    }

    private HttpRequest request(String method, URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .header("Authorization", token.header())
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.read(response.body(), JsonNode.class);
    }
}
