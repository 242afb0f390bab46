package io.gantry.container.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.container.fixture.NodeCertificate;
import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.lifecycle.store.ContainerTransactions;
import io.gantry.container.lifecycle.store.Nodes;
import io.gantry.container.fixture.Samples;
import io.gantry.container.pki.PkiBootstrap;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The node link between a real Kafka and an agent that the test plays. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class LinkIT {
    private static final Path PKI = Path.of("target/test-pki");

    @TestHTTPResource("/container-service/join-tokens")
    URI joinTokens;

    @Inject ServiceToken serviceToken;
    @Inject KafkaLink kafka;
    @Inject LinkPort link;
    @Inject Nodes nodes;
    @Inject ContainerTransactions transactions;
    @Inject Vertx vertx;

    private NodeCertificate certificate;

    @BeforeEach
    void join() throws Exception {
        certificate = NodeCertificate.join(link.number(), token()).certificate();
    }

    @Test
    void aJoinTokenCanBeUsedOnce() throws Exception {
        String token = token();
        assertThat(NodeCertificate.join(link.number(), token).status()).isEqualTo(200);
        assertThat(NodeCertificate.join(link.number(), token).status()).isEqualTo(401);
    }

    @Test
    void aNodeHasAnotherCertificateUntilItIsRemoved() throws Exception {
        NodeCertificate.Renewed renewed = certificate.renew(link.number());
        assertThat(renewed.status()).isEqualTo(200);
        X509Certificate next = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Json.mapper().readTree(renewed.answer()).path("certificate").asText().getBytes(StandardCharsets.US_ASCII)));
        assertThat(next.getSubjectAlternativeNames()).singleElement().asString().isEqualTo("[6, gantry://node/" + certificate.node() + "]");
        OwnContext.run(vertx.getOrCreateContext(), () -> transactions.in(tx -> nodes.apply(tx, new NodeEvent.Removed(certificate.node(), "n1")))).get(10, TimeUnit.SECONDS);
        NodeCertificate.Renewed refused = certificate.renew(link.number());
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.answer()).contains("node " + certificate.node() + " has been removed", "gantry node token");
    }

    @Test
    void givesACompleteSnapshotThenChanges() throws Exception {
        ContainerId first = Samples.containerId();
        desire(first, 1, Desired.Life.CREATED);
        try (PlayedAgent agent = dial()) {
            LinkMessage.Snapshot snapshot = agent.hello(0).next(LinkMessage.Snapshot.class);
            assertThat(snapshot.records()).extracting(r -> r.key().id()).containsExactly(first.value());
            desire(first, 2, Desired.Life.RUNNING);
            LinkMessage.Change change = agent.next(LinkMessage.Change.class);
            assertThat(change.generation()).isEqualTo(snapshot.generation());
            assertThat(((Desired.Container) change.record().body()).life()).isEqualTo(Desired.Life.RUNNING);
            forget(first);
            LinkMessage.Change gone = agent.next(LinkMessage.Change.class);
            assertThat(gone.record().body()).isNull();
            assertThat(gone.record().version()).isEqualTo(3);
        }
    }

    @Test
    void anAgentAwayGetsNothingOfWhatWentMeanwhile() throws Exception {
        ContainerId kept = Samples.containerId();
        ContainerId went = Samples.containerId();
        desire(kept, 1, Desired.Life.RUNNING);
        desire(went, 1, Desired.Life.RUNNING);
        try (PlayedAgent agent = dial()) {
            assertThat(agent.hello(0).next(LinkMessage.Snapshot.class).records()).hasSize(2);
        }
        forget(went);
        try (PlayedAgent agent = dial()) {
            assertThat(agent.hello(0).next(LinkMessage.Snapshot.class).records())
                    .extracting(r -> r.key().id())
                    .containsExactly(kept.value());
        }
    }

    @Test
    void acknowledgesOnlyWhatKafkaHas() throws Exception {
        try (PlayedAgent agent = dial()) {
            agent.hello(0).next(LinkMessage.Snapshot.class);
            agent.observe(PlayedAgent.phase(Samples.containerId(), Observed.Phase.CREATED, 0));
            assertThat(agent.next(LinkMessage.Ack.class).sequence()).isEqualTo(1);
            ContainerId observed = Samples.containerId();
            BackboneForTests.backbone().pauseKafka();
            try {
                agent.observe(PlayedAgent.phase(observed, Observed.Phase.CREATED, 0));
                assertThat(agent.nothingOf(LinkMessage.Ack.class, 1500)).isTrue();
            } finally {
                BackboneForTests.backbone().resumeKafka();
            }
            assertThat(agent.next(LinkMessage.Ack.class).sequence()).isEqualTo(2);
            assertThat(timesObserved(observed)).isEqualTo(1);
        }
    }

    @Test
    void whatIsTooLargeForKafkaIsLostAndCutsOffNoNode() throws Exception {
        try (PlayedAgent agent = dial()) {
            agent.hello(0).next(LinkMessage.Snapshot.class);
            agent.observe(large(Samples.containerId()));
            assertThat(agent.next(LinkMessage.Ack.class).sequence()).isEqualTo(1);
            ContainerId after = Samples.containerId();
            agent.observe(PlayedAgent.phase(after, Observed.Phase.CREATED, 0));
            assertThat(agent.next(LinkMessage.Ack.class).sequence()).isEqualTo(2);
            assertThat(timesObserved(after)).isEqualTo(1);
        }
    }

    private static Observed.Container large(ContainerId id) {
        Observed.Container one = PlayedAgent.phase(id, Observed.Phase.EXITED, 1);
        Observed.End end = new Observed.End(1, 0, one.startedAt(), one.finishedAt(), 7, Observed.ExitReason.EXITED, null, List.of("x".repeat(2 << 20)));
        return new Observed.Container(
                id, one.phase(), 1, 0, null, one.startedAt(), one.finishedAt(), false, 7, one.reason(), null, null, null, null, null, null, List.of(end), null, null);
    }

    @Test
    void whoSpeaksOfAnotherNodeIsCutOff() throws Exception {
        try (PlayedAgent agent = dial()) {
            agent.hello(0).next(LinkMessage.Snapshot.class);
            agent.observe(Samples.nodeId(), PlayedAgent.phase(Samples.containerId(), Observed.Phase.CREATED, 0));
            assertThat(agent.next(LinkMessage.Refused.class).reason()).contains("the observation speaks of");
        }
    }

    @Test
    void whoSaysHelloForAnotherNodeIsCutOff() throws Exception {
        NodeId other = Samples.nodeId();
        try (PlayedAgent agent = PlayedAgent.dial(other, link.number(), PKI, certificate)) {
            assertThat(agent.hello(0).next(LinkMessage.Refused.class).reason()).contains(other.value());
        }
    }

    @Test
    void aCertificateOfAnotherCaIsRefused() throws Exception {
        Path foreign = Files.createTempDirectory("gantry-foreign-pki");
        new PkiBootstrap(foreign, Clock.systemUTC()).ensure(List.of());
        NodeCertificate wrong =
                new NodeCertificate(certificate.node(), foreign.resolve("service.crt"), foreign.resolve("service.key"));
        assertThatThrownBy(() -> PlayedAgent.dial(certificate.node(), link.number(), PKI, wrong)).isNotNull();
    }

    @Test
    void aServiceCertificateIsNoNode() {
        NodeCertificate service = new NodeCertificate(certificate.node(), PKI.resolve("service.crt"), PKI.resolve("service.key"));
        assertThatThrownBy(() -> PlayedAgent.dial(certificate.node(), link.number(), PKI, service))
                .hasMessageContaining("401");
    }

    @Test
    void theNewerLinkOfANodeReplacesTheOlder() throws Exception {
        try (PlayedAgent older = dial();
                PlayedAgent newer = dial()) {
            older.hello(0).next(LinkMessage.Snapshot.class);
            newer.hello(0).next(LinkMessage.Snapshot.class);
            assertThat(older.next(LinkMessage.Refused.class).reason()).contains("newer");
        }
    }

    private PlayedAgent dial() throws Exception {
        return PlayedAgent.dial(certificate.node(), link.number(), PKI, certificate);
    }

    private void desire(ContainerId id, long version, Desired.Life life) {
        ContainerSpec spec = Samples.spec("shop/web:1");
        StateKey key = new StateKey(certificate.node(), "container", id.value());
        Desired.Container body = new Desired.Container(
                id, "default", "web", new Owner.Person(), life, 1, null, spec, Samples.image(spec.image()), "SIGTERM", Duration.ZERO, 0, false);
        write(key, Json.write(new DesiredRecord(key, version, 1, body)));
    }

    private void forget(ContainerId id) {
        write(new StateKey(certificate.node(), "container", id.value()), null);
    }

    private void write(StateKey key, String value) {
        int partition = Topics.statePartition(certificate.node().value());
        kafka.producer().send(new ProducerRecord<>(Topics.NODE_DESIRED, partition, key.toString(), value));
        kafka.producer().flush();
    }

    private long timesObserved(ContainerId id) {
        var partition = new TopicPartition(
                Topics.NODE_OBSERVED, Topics.statePartition(certificate.node().value()));
        try (var reader = kafka.reader()) {
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            long end = reader.endOffsets(List.of(partition)).get(partition);
            long times = 0;
            while (reader.position(partition) < end) {
                for (var record : reader.poll(Duration.ofMillis(200))) {
                    times += record.key().endsWith(id.value()) ? 1 : 0;
                }
            }
            return times;
        }
    }

    private String token() throws Exception {
        var response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(joinTokens)
                                .header("Authorization", serviceToken.header())
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
        return Json.read(response.body(), JsonNode.class).path("token").asText();
    }
}
