package io.gantry.container.kept;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.gantry.container.fixture.NodeCertificate;
import io.gantry.container.fixture.Peers;
import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.fixture.Samples;
import io.gantry.container.link.LinkPort;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets and configs by REST, and as nodes get them; the test plays scheduler, network and agent. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class KeptFilesIT {
    private static final String IMAGE = "shop/kept:1";
    private static final String VALUE = "correct-horse-0b1f";
    private static final Path PKI = Path.of("target/test-pki");

    @TestHTTPResource("/container-service/")
    URI base;

    @Inject ServiceToken token;
    @Inject KafkaLink kafka;
    @Inject LinkPort link;

    @Inject
    @DataSource("container")
    AgroalDataSource database;

    private final HttpClient http = HttpClient.newHttpClient();
    private NodeCertificate node;
    private Peers peers;
    private PlayedAgent agent;

    @BeforeEach
    void begin() throws Exception {
        node = joined();
        peers = new Peers(kafka, node.node());
        peers.nodeReady(1);
        peers.push(IMAGE);
        agent = PlayedAgent.dial(node.node(), link.number(), PKI, node).obey().hello(0);
        agent.next(LinkMessage.Snapshot.class);
    }

    private NodeCertificate joined() throws Exception {
        return NodeCertificate.join(link.number(), json(send("POST", "join-tokens", null, 200)).path("token").asText()).certificate();
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
        peers.close();
    }

    private static String content(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode make(String kind, String name, String text) throws Exception {
        return json(send("POST", kind + "s", "{\"name\": \"" + name + "\", \"labels\": {\"team\": \"blue\"}, \"content\": \"" + content(text) + "\"}", 201));
    }

    @Test
    void aSecretIsShownWithoutWhatItHoldsAndAConfigWithIt() throws Exception {
        JsonNode secret = make("secret", "k-shown", VALUE);
        assertThat(secret.path("version").asLong()).isEqualTo(1);
        assertThat(secret.path("size").asLong()).isEqualTo(VALUE.length());
        assertThat(secret.path("id").asText()).startsWith("secret-");
        make("config", "k-shown", "level=info");
        for (String path : new String[] {"secrets", "secrets/k-shown", "secrets/" + secret.path("id").asText(), "secrets?label=team=blue"}) {
            assertThat(send("GET", path, null, 200).body()).as(path).contains("k-shown").doesNotContain(VALUE, content(VALUE), "content");
        }
        assertThat(json(send("GET", "configs/k-shown", null, 200)).path("content").asText()).isEqualTo(content("level=info"));
        assertThat(send("GET", "configs", null, 200).body()).contains("k-shown").doesNotContain("content");
        send("DELETE", "secrets/k-shown", null, 204);
        send("DELETE", "configs/k-shown", null, 204);
        assertThat(json(send("GET", "secrets/k-shown", null, 404)).path("detail").asText()).isEqualTo("there is no secret 'k-shown'");
    }

    @Test
    void itsLabelsChangeAndItsContentStays() throws Exception {
        make("secret", "k-labelled", VALUE);
        JsonNode other = json(send("PATCH", "secrets/k-labelled", "{\"labels\": {\"team\": \"red\"}, \"content\": \"" + content(VALUE) + "\"}", 200));
        assertThat(other.path("labels").path("team").asText()).isEqualTo("red");
        assertThat(other.path("version").asLong()).isEqualTo(1);
        assertThat(json(send("PATCH", "secrets/k-labelled", "{\"labels\": {}, \"content\": \"" + content("else") + "\"}", 409)).path("detail").asText())
                .isEqualTo("secret 'k-labelled' has another content");
        assertThat(json(send("PATCH", "secrets/k-labelled", "{\"content\": \"eA==\"}", 400)).path("field").asText()).isEqualTo("labels");
        assertThat(json(send("PATCH", "secrets/k-labelled", "{\"labels\": {}}", 200)).path("labels")).isEmpty();
        send("DELETE", "secrets/k-labelled", null, 204);
    }

    @Test
    void whatCannotBeIsRefusedByName() throws Exception {
        make("secret", "k-taken", VALUE);
        JsonNode taken = json(send("POST", "secrets", "{\"name\": \"k-taken\", \"content\": \"eA==\"}", 409));
        assertThat(taken.path("detail").asText()).isEqualTo("there is a secret 'k-taken'");
        assertThat(taken.path("hint").asText()).contains("rotate");
        assertThat(json(send("POST", "secrets", "{\"name\": \"../x\", \"content\": \"eA==\"}", 400)).path("field").asText()).isEqualTo("name");
        assertThat(json(send("POST", "secrets", "{\"name\": \"k-none\"}", 400)).path("field").asText()).isEqualTo("content");
        assertThat(json(send("POST", "secrets", "{\"name\": \"k-large\", \"content\": \"" + content("x".repeat((500 << 10) + 1)) + "\"}", 400)).path("detail").asText())
                .isEqualTo("content is 1 to 512000 bytes, got 512001");
        assertThat(json(send("POST", "secrets/k-taken/rotate", "{\"name\": \"k-other\", \"content\": \"eA==\"}", 400)).path("field").asText()).isEqualTo("name");
        send("POST", "secrets/k-none/rotate", "{\"content\": \"eA==\"}", 404);
        send("DELETE", "secrets/k-taken", null, 204);
    }

    @Test
    void aSecretIsSealedInTheDatabaseAndInNoTopic() throws Exception {
        make("secret", "k-sealed", VALUE);
        create("k-has-sealed", Mount.Secret.named("k-sealed"));
        send("POST", "secrets/k-sealed/rotate", "{\"content\": \"" + content(VALUE + "-2") + "\"}", 200);
        List<String> rows = new ArrayList<>();
        try (var connection = database.getConnection();
                var result = connection.createStatement().executeQuery("select k::text from kept k union all select c::text from containers c union all select t::text from transitions t")) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        assertThat(rows).anyMatch(row -> row.contains("k-sealed")).noneMatch(row -> row.contains(VALUE) || row.contains(content(VALUE).substring(0, 20)));
        assertThat(topics()).anyMatch(record -> record.contains("k-has-sealed")).noneMatch(record -> record.contains(VALUE) || record.contains(content(VALUE).substring(0, 20)));
        send("DELETE", "containers/k-has-sealed?force=true", null, 204);
        send("DELETE", "secrets/k-sealed", null, 204);
    }

    /** All that was ever said of containers, and all that nodes shall hold. */
    private List<String> topics() {
        List<TopicPartition> all = new ArrayList<>();
        IntStream.range(0, Topics.FACT_PARTITIONS).forEach(i -> all.add(new TopicPartition(Topics.CONTAINER, i)));
        try (var reader = kafka.reader()) {
            reader.partitionsFor(Topics.NODE_DESIRED).forEach(one -> all.add(new TopicPartition(Topics.NODE_DESIRED, one.partition())));
            reader.assign(all);
            reader.seekToBeginning(all);
            Map<TopicPartition, Long> ends = reader.endOffsets(all);
            List<String> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(Duration.ofMillis(200)).forEach(record -> records.add(String.valueOf(record.value())));
            }
            return records;
        }
    }

    @Test
    void aNodeGetsTheFilesOfItsOwnContainersAndOfNoOther() throws Exception {
        make("secret", "k-node", VALUE);
        make("config", "k-app", "level=info");
        String id = create("k-holder", Mount.Secret.named("k-node"), new Mount.Secret("k-node", "/again", null, null, null, null), Mount.Config.named("k-app")).path("id").asText();

        Answer given = files(node, id);
        assertThat(given.status()).isEqualTo(200);
        assertThat(Json.read(given.body(), JsonNode.class).path("items").findValuesAsText("content")).containsExactly(content("level=info"), content(VALUE));

        NodeCertificate other = joined();
        Answer refused = files(other, id);
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.body()).contains("this node holds no container " + id.substring(0, 12)).doesNotContain(content(VALUE));
        assertThat(files(null, id).status()).as("without a certificate").isEqualTo(401);
        assertThat(files(node, "ab".repeat(32)).status()).isEqualTo(404);

        send("DELETE", "containers/k-holder?force=true", null, 204);
        assertThat(files(node, id).status()).as("once it is gone").isEqualTo(404);
        send("DELETE", "secrets/k-node", null, 204);
        send("DELETE", "configs/k-app", null, 204);
    }

    @Test
    void inUseItStaysAndUnknownItIsRefused() throws Exception {
        JsonNode unknown = json(send("POST", "containers", Json.write(new ContainerRequest("k-wants", spec(Mount.Config.named("k-x"), Mount.Secret.named("k-nowhere")), false)), 404));
        assertThat(unknown.path("detail").asText()).isEqualTo("there is no config 'k-x'");
        make("config", "k-x", "x");
        unknown = json(send("POST", "containers", Json.write(new ContainerRequest("k-wants", spec(Mount.Config.named("k-x"), Mount.Secret.named("k-nowhere")), false)), 404));
        assertThat(unknown.path("detail").asText()).isEqualTo("there is no secret 'k-nowhere'");
        assertThat(unknown.path("field").asText()).isEqualTo("spec.mounts[1].source");
        assertThat(unknown.path("hint").asText()).isEqualTo("make it: gantry secret create k-nowhere FILE (POST /secrets)");
        send("GET", "containers/k-wants", null, 404);

        make("secret", "k-used", VALUE);
        create("k-user", Mount.Secret.named("k-used"));
        assertThat(json(send("GET", "secrets/k-used", null, 200)).path("usedBy").get(0).asText()).isEqualTo("k-user");
        JsonNode inUse = json(send("DELETE", "secrets/k-used", null, 409));
        assertThat(inUse.path("detail").asText()).isEqualTo("secret 'k-used' is in use by container k-user");
        assertThat(inUse.path("hint").asText()).isEqualTo("remove it first");
        send("DELETE", "containers/k-user", null, 204);
        send("DELETE", "secrets/k-used", null, 204);
        send("DELETE", "configs/k-x", null, 204);
    }

    @Test
    void rotationTellsTheNodesOfThoseThatHaveIt() throws Exception {
        make("secret", "k-turns", VALUE);
        String id = create("k-told", Mount.Secret.named("k-turns")).path("id").asText();
        create("k-untold");
        JsonNode rotated = json(send("POST", "secrets/k-turns/rotate", "{\"content\": \"" + content("second") + "\"}", 200));
        assertThat(rotated.path("version").asLong()).isEqualTo(2);
        var record = agent.next(LinkMessage.Change.class, change -> change.record().body() instanceof Desired.Container c && c.files() == 1, 15).record();
        assertThat(record.key().id()).isEqualTo(id);
        assertThat(files(node, id).body()).contains(content("second")).doesNotContain(content(VALUE));
        assertThat(json(send("GET", "containers/k-told", null, 200)).path("spec").path("mounts").get(0).path("target").asText()).isEqualTo("/run/secrets/k-turns");
        send("DELETE", "containers/k-told", null, 204);
        send("DELETE", "containers/k-untold", null, 204);
        send("DELETE", "secrets/k-turns", null, 204);
    }

    /** Nobody waits for the answer that a person would get: its node says what is missing, and goes on once it is there. */
    @Test
    void aReplicaWaitsOnItsNodeForWhatIsNotThereYet() throws Exception {
        ContainerId id = new ContainerId(Ids.hex64(new Random()));
        ImageRef image = ImageRef.parse(IMAGE);
        DeploymentId deployment = new DeploymentId("deployment-01890000-0000-7000-8000-0000000000aa");
        peers.say(new DeploymentEvent.ContainerWanted(
                deployment, id, "default", "k-replica", new Owner.Replica(deployment, "k", 1, 0), spec(Mount.Secret.named("k-late")), Samples.image(image)));
        agent.next(LinkMessage.Change.class, change -> change.record().key().id().equals(id.value()), 20);
        Answer missing = files(node, id.value());
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body()).contains("there is no secret 'k-late'", "gantry secret create k-late FILE");
        make("secret", "k-late", VALUE);
        assertThat(files(node, id.value()).body()).contains(content(VALUE));
        assertThat(json(send("DELETE", "secrets/k-late", null, 409)).path("detail").asText()).isEqualTo("secret 'k-late' is in use by container k-replica");
        peers.say(new DeploymentEvent.ContainerUnwanted(deployment, id));
        agent.next(LinkMessage.Change.class, change -> change.record().key().id().equals(id.value()) && change.record().body() == null, 20);
        send("DELETE", "secrets/k-late", null, 204);
    }

    private record Answer(int status, String body) {}

    /** @param as {@code null} without a certificate */
    private Answer files(NodeCertificate as, String id) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClientOptions options =
                    new HttpClientOptions().setSsl(true).setVerifyHost(false).setTrustOptions(new PemTrustOptions().addCertPath(PKI.resolve("ca.crt").toString()));
            if (as != null) {
                options.setKeyCertOptions(new PemKeyCertOptions().setCertPath(as.certificate().toString()).setKeyPath(as.key().toString()));
            }
            return vertx.createHttpClient(options)
                    .request(HttpMethod.GET, link.number(), "127.0.0.1", "/containers/" + id + "/files")
                    .compose(request -> request.send())
                    .compose(response -> response.body().map(body -> new Answer(response.statusCode(), body.toString())))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } finally {
            vertx.close();
        }
    }

    private static ContainerSpec spec(Mount... mounts) {
        return Samples.spec(IMAGE).but().mounts(List.of(mounts)).build();
    }

    private JsonNode create(String name, Mount... mounts) throws Exception {
        return json(send("POST", "containers", Json.write(new ContainerRequest(name, spec(mounts), false)), 201));
    }

    private HttpResponse<String> send(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Authorization", token.header())
                        .header("Content-Type", "application/json")
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response;
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.read(response.body(), JsonNode.class);
    }
}
