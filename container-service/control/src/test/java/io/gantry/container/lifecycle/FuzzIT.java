package io.gantry.container.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.check.fuzz.FuzzedService;
import io.gantry.check.fuzz.Hints;
import io.gantry.container.fixture.NodeCertificate;
import io.gantry.container.fixture.Peers;
import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.link.LinkPort;
import io.gantry.contracts.api.Operation;
import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.api.Operations;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.link.LinkMessage;
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
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that nobody would send on purpose, with scheduler, network and agent played. {@code -Dgantry.fuzz.seed=N} for others. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class FuzzIT {
    private static final String IMAGE = "fuzz/web:1";

    @TestHTTPResource("/container-service")
    URI service;

    @Inject ServiceToken token;
    @Inject KafkaLink kafka;
    @Inject LinkPort link;

    private Peers peers;
    private PlayedAgent agent;

    @BeforeEach
    void begin() throws Exception {
        HttpRequest joining = HttpRequest.newBuilder(URI.create(service + "/join-tokens")).header("Authorization", token.header()).POST(BodyPublishers.noBody()).build();
        String joinToken;
        try (HttpClient http = HttpClient.newHttpClient()) {
            joinToken = Json.mapper().readTree(http.send(joining, BodyHandlers.ofString()).body()).path("token").asText();
        }
        NodeCertificate node = NodeCertificate.join(link.number(), joinToken).certificate();
        peers = new Peers(kafka, node.node());
        peers.nodeReady(1);
        peers.push(IMAGE);
        agent = PlayedAgent.dial(node.node(), link.number(), Path.of("target/test-pki"), node).obey().hello(0);
        agent.next(LinkMessage.Snapshot.class);
    }

    @AfterEach
    void end() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            remove(http, "/containers?all=true", "/containers/%s?force=true&volumes=true");
            remove(http, "/volumes", "/volumes/%s");
        }
        agent.close();
        peers.close();
    }

    /** What others count must not be found by them. */
    private void remove(HttpClient http, String list, String path) throws Exception {
        String all = http.send(request(list).build(), BodyHandlers.ofString()).body();
        for (JsonNode one : Json.mapper().readTree(all).path("items")) {
            http.send(request(path.formatted(one.path("id").asText())).DELETE().build(), BodyHandlers.discarding());
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(service + path)).header("Authorization", token.header());
    }

    @Test
    void whateverIsSentIsAnsweredAsTheContractSaysAndLeavesNothing() {
        Set<String> ours = Operations.all().stream().filter(one -> one.by() == By.CONTAINER_SERVICE).map(Operation::name).collect(Collectors.toSet());
        Hints hints = new Hints(Map.of(
                "image", List.of(IMAGE), "ImageRef", List.of(IMAGE), "nodeName", List.of("n1"), "network", List.of("default"), "runtime", List.of("namespaces"), "limit", List.of("1", "10"),
                "fields", List.of("id", "name,state"), "state", List.of("RUNNING"), "signal", List.of("SIGTERM", "KILL"), "memory", List.of("67108864")));
        Map<String, Integer> statuses =
                FuzzedService.fuzz(Path.of("../../docs/reference/openapi.json"), ours, service.toString(), token.header(), hints, 500);
        assertThat(statuses).containsKeys("200", "201", "204", "400", "404");
    }
}
