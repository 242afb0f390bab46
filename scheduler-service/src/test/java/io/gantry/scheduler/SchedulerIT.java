package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.fixture.Tables;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.scheduler.placement.store.PlacementStore;
import io.quarkus.agroal.DataSource;
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
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service on a real PostgreSQL and Kafka; the rest of the platform is played. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class SchedulerIT {
    private static final Random RANDOM = new Random();
    private static final Duration LONGER_THAN_LOST = Duration.ofSeconds(4);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    @TestHTTPResource("/scheduler-service")
    URI service;

    @Inject ServiceToken token;
    @Inject KafkaLink kafka;
    @Inject @DataSource("scheduler") AgroalDataSource jdbc;
    @Inject EventLoop loop;
    @Inject SchedulerTransactions transactions;
    @Inject PlacementStore placements;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String run = Ids.hex64(RANDOM).substring(0, 6);
    private FakeHosts hosts;
    private Observed.Node one;
    private Observed.Node two;

    @BeforeEach
    void twoHosts() throws Exception {
        hosts = new FakeHosts(kafka);
        one = hosts.host("one-" + run, 1);
        two = hosts.host("two-" + run, 2);
        hosts.await(NodeEvent.Ready.class, node -> node.id().equals(one.id()));
        hosts.await(NodeEvent.Ready.class, node -> node.id().equals(two.id()));
    }

    @AfterEach
    void noHosts() throws Exception {
        for (JsonNode deployment : get("/deployments").path("items")) {
            call("DELETE", "/deployments/" + deployment.path("name").asText(), null);
        }
        for (Observed.Node node : List.of(one, two)) {
            call("POST", "/nodes/" + node.name() + "/drain", null); // so that the next test's containers stay away
        }
        hosts.close();
    }

    @Test
    void seesNodesAndPlacesAContainer() throws Exception {
        JsonNode node = get("/nodes/" + one.name());
        assertThat(node.path("state").asText()).isEqualTo("READY");
        assertThat(node.path("epoch").asLong()).isEqualTo(1);

        ContainerId container = request("plain", null);
        var placed = hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(container));
        assertThat(placed.node()).isEqualTo(one.id());
        assertThat(placed.reasons()).containsEntry(one.name(), "chosen: 13 % of its memory would be requested")
                .containsEntry(two.name(), "possible, but another was better: 13 % of its memory would be requested");
        assertThat(get("/nodes/" + one.name()).path("requestedMemory").asLong()).isEqualTo(512 << 20);
    }

    @Test
    void placesAContainerOnceThoughItIsRequestedTwice() throws Exception {
        ContainerId container = new ContainerId(Ids.hex64(RANDOM));
        ContainerEvent.Requested requested = requested(container, "twice", null);
        hosts.say(requested);
        hosts.say(requested);
        ContainerId later = request("afterwards", null);
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(container));
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(later));
        // facts of one container stay in order, so a second placement of it would come before the answer to this
        hosts.say(new ContainerEvent.Removed(container, one.id(), new Owner.Person()));
        hosts.say(requested(container, "twice", "nowhere"));
        var unplaceable = hosts.await(ContainerEvent.Unplaceable.class, event -> event.id().equals(container));
        assertThat(unplaceable.reasons()).containsEntry("nowhere", "no node has this name");
        assertThat(hosts.seen(ContainerEvent.Placed.class)).filteredOn(event -> event.id().equals(container)).hasSize(1);
    }

    @Test
    void manyPlacementsAtOnceNeverOvercommitANode() throws Exception {
        List<CompletableFuture<Void>> attempts = IntStream.range(0, 24)
                .mapToObj(i -> requested(new ContainerId(Ids.hex64(RANDOM)), "crowd-" + i, one.name()))
                .map(event -> loop.run(() -> transactions.in(tx -> placements.on(tx, event))))
                .toList();
        for (CompletableFuture<Void> attempt : attempts) {
            attempt.get(30, TimeUnit.SECONDS);
        }
        JsonNode node = get("/nodes/" + one.name());
        assertThat(node.path("containers").asInt()).isEqualTo(8);
        assertThat(node.path("requestedMemory").asLong()).isEqualTo(one.memory().value());
    }

    @Test
    void whatTheAgentWillStartAgainKeepsItsRoom() throws Exception {
        ContainerId id = new ContainerId(Ids.hex64(RANDOM));
        ContainerSpec spec = Json.read(
                "{\"image\":\"a:1\",\"nodeName\":\"%s\",\"restart\":{\"mode\":\"ON_FAILURE\",\"maxRetries\":1}}".formatted(one.name()),
                ContainerSpec.class);
        hosts.say(new ContainerEvent.Requested(id, "default", "twice", new Owner.Person(), spec, image("a", "1"), Desired.Life.RUNNING));
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(id));
        hosts.await(ContainerEvent.Readiness.class, event -> event.id().equals(id));
        for (var end : List.of(
                new ContainerEvent.Failed(id, one.id(), new Owner.Person(), new Observed.Failure("exec", 2, "no such file", "")),
                new ContainerEvent.Exited(id, one.id(), new Owner.Person(), 1, 1, Observed.ExitReason.EXITED, Instant.now()))) {
            assertThat(get("/nodes/" + one.name()).path("containers").asInt()).isEqualTo(1);
            hosts.say(end);
            awaitRows("select (restarts, active)::text from reservation where container = '" + id + "'",
                    end instanceof ContainerEvent.Failed ? "(1,t)" : "(1,f)");
        }
        assertThat(get("/nodes/" + one.name()).path("containers").asInt()).isZero();
        hosts.say(new ContainerEvent.Removed(id, one.id(), new Owner.Person()));
        awaitRows("select container from reservation where container = '" + id + "'");
    }

    @Test
    void rollsOutANewRevisionAndBack() throws Exception {
        String image = "shop/web-" + run;
        ResolvedImage first = push(image, "1");
        deploy("web-" + run, image + ":1", 3);
        JsonNode steady = get("/deployments/web-" + run + "?wait=steady&timeout=PT30S");
        assertThat(steady.path("status").asText()).as(steady.toString()).isEqualTo("STEADY");
        assertThat(steady.path("ready").asInt()).isEqualTo(3);
        assertThat(steady.path("replicas").findValuesAsText("node")).contains(one.name(), two.name());

        ResolvedImage second = push(image, "2");
        assertThat(call("PUT", "/deployments/web-" + run, spec(image + ":2", 3)).statusCode()).isEqualTo(200);
        JsonNode rolled = get("/deployments/web-" + run + "?wait=steady&timeout=PT30S");
        assertThat(rolled.path("status").asText()).as(rolled.toString()).isEqualTo("STEADY");
        assertThat(rolled.path("revision").asInt()).isEqualTo(2);
        neverFewerThanReady(3);
        var wanted = hosts.seen(DeploymentEvent.ContainerWanted.class);
        assertThat(wanted).extracting(event -> event.image().manifest())
                .containsExactly(first.manifest(), first.manifest(), first.manifest(), second.manifest(), second.manifest(),
                        second.manifest());

        assertThat(call("POST", "/deployments/web-" + run + "/rollback", null).statusCode()).isEqualTo(200);
        JsonNode back = get("/deployments/web-" + run + "?wait=steady&timeout=PT30S");
        assertThat(back.path("revision").asInt()).isEqualTo(3);
        assertThat(back.path("spec").path("template").path("image").asText()).isEqualTo(image + ":1");
        assertThat(get("/deployments/web-" + run + "/revisions").path("items").findValuesAsText("reason"))
                .containsExactly("rolled back to revision 1", "changed by a person", "created");
    }

    @Test
    void aFailedRolloutGoesBackByItself() throws Exception {
        String image = "shop/bad-" + run;
        push(image, "1");
        deploy("bad-" + run, image + ":1", 2);
        assertThat(get("/deployments/bad-" + run + "?wait=steady&timeout=PT30S").path("status").asText()).isEqualTo("STEADY");
        push(image, "2");
        hosts.breakEverything(true);
        call("PUT", "/deployments/bad-" + run, spec(image + ":2", 2).replace("PT30S", "PT2S"));
        var failed = hosts.await(DeploymentEvent.RolloutFailed.class, event -> event.name().equals("bad-" + run));
        assertThat(failed.detail())
                .startsWith("revision 2: 0 of 2 replicas ready and no progress for 2 s")
                .contains("/bin/web does not exist in the image");
        hosts.breakEverything(false);
        hosts.await(DeploymentEvent.RolloutFinished.class, event -> event.name().equals("bad-" + run) && event.revision() == 3);
        JsonNode after = get("/deployments/bad-" + run);
        assertThat(after.path("status").asText()).isEqualTo("FAILED");
        assertThat(after.path("ready").asInt()).isEqualTo(2);
        assertThat(hosts.seen(DeploymentEvent.ContainerRetiring.class)).isEmpty();
    }

    @Test
    void replicasOfALostNodeAreWantedElsewhere() throws Exception {
        String image = "shop/lost-" + run;
        push(image, "1");
        deploy("lost-" + run, image + ":1", 2);
        assertThat(get("/deployments/lost-" + run + "?wait=steady&timeout=PT30S").path("status").asText()).isEqualTo("STEADY");
        hosts.kill(two);
        var lost = hosts.await(NodeEvent.Lost.class, node -> node.id().equals(two.id()));
        assertThat(lost.epoch()).isEqualTo(2);
        hosts.await(DeploymentEvent.ContainerUnwanted.class, event -> true);
        JsonNode after = get("/deployments/lost-" + run + "?wait=steady&timeout=PT30S");
        assertThat(after.path("ready").asInt()).as(after.toString()).isEqualTo(2);
        assertThat(get("/nodes/" + two.name()).path("state").asText()).isEqualTo("LOST");
        assertThat(hosts.seen(NodeEvent.Lost.class)).extracting(NodeEvent.Lost::id).doesNotContain(one.id());
        assertThat(call("DELETE", "/nodes/" + one.name(), null).statusCode()).isEqualTo(409);
        assertThat(call("DELETE", "/nodes/" + two.name(), null).statusCode()).isEqualTo(204);
        hosts.await(NodeEvent.Removed.class, node -> node.id().equals(two.id()));
        assertThat(call("GET", "/nodes/" + two.name(), null).statusCode()).isEqualTo(404);
    }

    @Test
    void whatOnlyASuspectNodeCouldTakeWaitsForItAndIsPlacedOnce() throws Exception {
        bothSuspect();
        ContainerId container = new ContainerId(Ids.hex64(RANDOM));
        hosts.say(requested(container, "waits", two.name()));
        hosts.say(requested(container, "waits", two.name())); // another fact with the same news
        ContainerId gone = request("gone", two.name());
        awaitWaiting(container, gone);
        hosts.say(new ContainerEvent.Removed(gone, null, new Owner.Person()));
        awaitWaiting(container);
        hosts.revive(two);
        var placed = hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(container));
        assertThat(placed.node()).isEqualTo(two.id());
        hosts.revive(one);
        ContainerId later = request("later", two.name());
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(later));
        assertThat(hosts.seen(ContainerEvent.Placed.class)).extracting(ContainerEvent.Placed::id).containsExactly(container, later);
        assertThat(hosts.seen(ContainerEvent.Unplaceable.class)).isEmpty();
        awaitWaiting();
    }

    @Test
    void whatWaitsForANodeThatIsLostIsRefusedWithItsReasons() throws Exception {
        bothSuspect();
        ContainerId bound = request("bound", two.name());
        ContainerId free = request("free", null);
        awaitWaiting(bound, free);
        hosts.revive(one);
        assertThat(hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(free)).node()).isEqualTo(one.id());
        var refused = hosts.await(ContainerEvent.Unplaceable.class, event -> event.id().equals(bound));
        assertThat(refused.reasons()).containsEntry(two.name(), "lost: no heartbeats arrive from it");
        awaitWaiting();
    }

    /** Nobody is heard, so nobody is lost: it stays so until somebody comes back. */
    private void bothSuspect() throws InterruptedException {
        for (Observed.Node node : List.of(one, two)) {
            hosts.kill(node);
            hosts.await(NodeEvent.Suspect.class, suspect -> suspect.id().equals(node.id()));
        }
    }

    /** Those and no others have a row: what survives a restart of the service. */
    private void awaitWaiting(ContainerId... containers) throws Exception {
        awaitRows(
                "select container from waiting order by 1",
                Stream.of(containers).map(ContainerId::value).sorted().toArray(String[]::new));
    }

    private void awaitRows(String query, String... expected) throws Exception {
        Instant deadline = Instant.now().plusSeconds(20);
        for (List<String> rows = Tables.rows(jdbc, query); !rows.equals(List.of(expected)); rows = Tables.rows(jdbc, query)) {
            assertThat(Instant.now()).as(query + " gives " + rows).isBefore(deadline);
            Thread.sleep(LOOK_EVERY);
        }
    }

    @Test
    void aKafkaThatHangsMakesNoNodeSuspectOrLost() throws Exception {
        BackboneForTests.backbone().pauseKafka();
        try {
            Instant end = Instant.now().plus(LONGER_THAN_LOST);
            while (Instant.now().isBefore(end)) {
                assertThat(Tables.rows(jdbc, "select name || ' is ' || state from node where state <> 'READY' and name like '%" + run + "'")).isEmpty();
                Thread.sleep(LOOK_EVERY);
            }
        } finally {
            BackboneForTests.backbone().resumeKafka();
        }
        ContainerId container = request("after-the-hang", one.name());
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(container));
        hosts.kill(two); // and one that is silent while Kafka answers is
        hosts.await(NodeEvent.Lost.class, node -> node.id().equals(two.id()));
        assertThat(hosts.seen(NodeEvent.Suspect.class)).extracting(NodeEvent.Suspect::id).containsExactly(two.id());
        assertThat(hosts.seen(NodeEvent.Lost.class)).extracting(NodeEvent.Lost::id).containsExactly(two.id());
    }

    @Test
    void aDrainedNodeIsEmptiedWithoutAGap() throws Exception {
        String image = "shop/drain-" + run;
        push(image, "1");
        deploy("drain-" + run, image + ":1", 2);
        assertThat(get("/deployments/drain-" + run + "?wait=steady&timeout=PT30S").path("status").asText()).isEqualTo("STEADY");
        call("POST", "/nodes/" + two.name() + "/drain", null);
        hosts.await(DeploymentEvent.ContainerUnwanted.class, event -> true);
        JsonNode after = get("/deployments/drain-" + run + "?wait=steady&timeout=PT30S");
        assertThat(after.path("status").asText()).isEqualTo("STEADY");
        for (JsonNode replica : after.path("replicas")) {
            if (replica.path("ready").asBoolean()) {
                assertThat(replica.path("node").asText()).isEqualTo(one.name());
            }
        }
        neverFewerThanReady(2);
    }

    @Test
    void aRuleRollsOutWhatIsPushedToItsTag() throws Exception {
        String image = "shop/ruled-" + run;
        push(image, "live");
        deploy("ruled-" + run, image + ":live", 2);
        assertThat(get("/deployments/ruled-" + run + "?wait=steady&timeout=PT30S").path("status").asText()).isEqualTo("STEADY");
        var made = call("POST", "/rules", "{\"name\":\"follow-%s\",\"spec\":{\"when\":{\"event\":\"image-tagged\",\"image\":\"%s:live\"},\"then\":{\"action\":\"roll-out\"}}}".formatted(run, image));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        ResolvedImage pushed = push(image, "live");
        var ran = hosts.await(RuleEvent.Ran.class, event -> event.name().equals("follow-" + run));
        assertThat(ran.outcome()).isEqualTo("ruled-" + run + " rolls out " + pushed.manifest().hex().substring(0, 12));
        var started = hosts.await(DeploymentEvent.RolloutStarted.class, event -> event.name().equals("ruled-" + run));
        assertThat(started.reason()).isEqualTo("rule follow-%s: %s:live was tagged %s"
                .formatted(run, image, pushed.manifest().hex().substring(0, 12)));
        hosts.await(DeploymentEvent.RolloutFinished.class, event -> event.name().equals("ruled-" + run) && event.revision() == 2);
        assertThat(get("/rules/follow-" + run).path("runs")).hasSize(1);
    }

    @Test
    void refusesAnUnknownImageAndATakenName() throws Exception {
        var unknown = call("POST", "/deployments", "{\"name\":\"x-%s\",\"spec\":%s}".formatted(run, spec("shop/none:1", 1)));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("image-not-found").contains("there is no image 'shop/none:1'");
        push("shop/name-" + run, "1");
        deploy("name-" + run, "shop/name-" + run + ":1", 1);
        var taken = call("POST", "/deployments", "{\"name\":\"name-%s\",\"spec\":%s}".formatted(run, spec("shop/name-" + run + ":1", 1)));
        assertThat(taken.statusCode()).isEqualTo(409);
        assertThat(call("GET", "/deployments/nobody", null).statusCode()).isEqualTo(404);
        assertThat(call("POST", "/deployments/name-" + run + "/scale?replicas=2000", null).statusCode()).isEqualTo(400);
        assertThat(call("POST", "/deployments/name-" + run + "/rollback", null).statusCode()).isEqualTo(409);
    }

    @Test
    void aDeploymentWhosePortIsTakenIsRefusedAndLeavesNothing() throws Exception {
        String image = "shop/port-" + run;
        push(image, "1");
        String body = "{\"name\":\"port-%s\",\"spec\":%s}".formatted(run, spec(image + ":1", 1, FakeHosts.TAKEN_PORT));
        var refused = call("POST", "/deployments", body);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        JsonNode problem = Json.read(refused.body(), JsonNode.class);
        assertThat(problem.path("type").asText()).endsWith("/port-in-use");
        assertThat(problem.path("detail").asText()).isEqualTo("port 666/tcp is held by container beast");
        assertThat(problem.path("field").asText()).isEqualTo("spec.template.ports[0].hostPort");
        assertThat(problem.path("hint").asText()).isNotBlank();
        assertThat(call("GET", "/deployments/port-" + run, null).statusCode()).isEqualTo(404);
        assertThat(Tables.rows(jdbc, "select name from proposal")).isEmpty();

        deploy("port-" + run, image + ":1", 1); // its name is free again
        hosts.await(DeploymentEvent.RolloutFinished.class, event -> event.name().equals("port-" + run));
        assertThat(hosts.seen(DeploymentEvent.Created.class)).hasSize(1);
        assertThat(hosts.seen(DeploymentEvent.ContainerWanted.class)).hasSize(1);
    }

    @Test
    void anUpdateWhosePortIsTakenIsRefusedAndChangesNothing() throws Exception {
        String image = "shop/more-" + run;
        push(image, "1");
        deploy("more-" + run, image + ":1", 1);
        JsonNode before = get("/deployments/more-" + run + "?wait=steady&timeout=PT30S");
        var refused = call("PUT", "/deployments/more-" + run, spec(image + ":1", 1, FakeHosts.TAKEN_PORT));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(Json.read(refused.body(), JsonNode.class).path("field").asText()).isEqualTo("template.ports[0].hostPort");
        JsonNode after = get("/deployments/more-" + run);
        for (String field : List.of("spec", "revision", "status", "replicas")) {
            assertThat(after.path(field)).isEqualTo(before.path(field));
        }
        assertThat(get("/deployments/more-" + run + "/revisions").path("items")).hasSize(1);

        assertThat(call("PUT", "/deployments/more-" + run, spec(image + ":1", 1, 668)).statusCode()).isEqualTo(200);
        assertThat(get("/deployments/more-" + run + "?wait=steady&timeout=PT30S").path("revision").asInt()).isEqualTo(2);
        assertThat(call("POST", "/deployments/more-" + run + "/rollback", null).statusCode()).isEqualTo(200);
        assertThat(get("/deployments/more-" + run + "/revisions").path("items").findValuesAsText("reason"))
                .containsExactly("rolled back to revision 1", "changed by a person", "created");
        hosts.await(DeploymentEvent.RolloutStarted.class, event -> event.to() == 3);
        assertThat(hosts.seen(DeploymentEvent.RolloutStarted.class)).extracting(DeploymentEvent.RolloutStarted::to).containsExactly(2, 3);
    }

    @Test
    void whatNetworkServiceDoesNotAnswerInTimeIsWithdrawn() throws Exception {
        String image = "shop/silent-" + run;
        push(image, "1");
        String body = "{\"name\":\"silent-%s\",\"spec\":%s}".formatted(run, spec(image + ":1", 1, FakeHosts.SILENT_PORT));
        var late = call("POST", "/deployments", body);
        assertThat(late.statusCode()).as(late.body()).isEqualTo(504);
        var wanted = hosts.await(DeploymentEvent.ServiceWanted.class, event -> event.name().equals("silent-" + run));
        hosts.await(DeploymentEvent.ServiceUnwanted.class, event -> event.id().equals(wanted.id()));
        assertThat(call("GET", "/deployments/silent-" + run, null).statusCode()).isEqualTo(404);
        hosts.grant(wanted); // too late
        deploy("silent-" + run, image + ":1", 1);
        hosts.await(DeploymentEvent.RolloutFinished.class, event -> event.name().equals("silent-" + run));

        var questions = hosts.seen(DeploymentEvent.ServiceWanted.class);
        assertThat(call("PUT", "/deployments/silent-" + run, spec(image + ":1", 1, FakeHosts.SILENT_PORT)).statusCode()).isEqualTo(504);
        assertThat(get("/deployments/silent-" + run).path("revision").asInt()).isEqualTo(1);
        // what it had is wanted again, in case the grant is only late
        hosts.await(DeploymentEvent.ServiceWanted.class, event -> event.ports().isEmpty() && !questions.contains(event));
        assertThat(hosts.seen(DeploymentEvent.Created.class)).extracting(DeploymentEvent.Created::id).doesNotContain(wanted.id());
    }

    @Test
    void whatIsWantedWhileNetworkServiceIsAskedStaysWhenItGrants() throws Exception {
        String image = "shop/asked-" + run;
        push(image, "1");
        deploy("asked-" + run, image + ":1", 1);
        get("/deployments/asked-" + run + "?wait=steady&timeout=PT30S");
        var change = CompletableFuture.supplyAsync(() -> put("/deployments/asked-" + run, spec(image + ":1", 1, FakeHosts.SILENT_PORT)));
        var asked = hosts.await(DeploymentEvent.ServiceWanted.class, event -> !event.ports().isEmpty());
        assertThat(call("POST", "/deployments/asked-" + run + "/scale?replicas=2", null).statusCode()).isEqualTo(200);
        hosts.grant(asked);
        assertThat(change.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        JsonNode after = get("/deployments/asked-" + run);
        assertThat(after.path("revision").asInt()).isEqualTo(2);
        assertThat(after.path("spec").path("replicas").asInt()).isEqualTo(2);
        assertThat(Tables.rows(jdbc, "select number::text from revision where request = '%s'".formatted(asked.request()))).containsExactly("2");
    }

    @Test
    void whatAnotherReplicaOfTheServiceWasToldIsAnsweredByWhatBecameOfIt() throws Exception {
        String image = "shop/other-" + run;
        push(image, "1");
        deploy("other-" + run, image + ":1", 1);
        var dropped = CompletableFuture.supplyAsync(() -> put("/deployments/other-" + run, spec(image + ":1", 1, FakeHosts.SILENT_PORT)));
        var first = hosts.await(DeploymentEvent.ServiceWanted.class, event -> !event.ports().isEmpty());
        update("delete from proposal where request = '%s'".formatted(first.request()));
        assertThat(dropped.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);

        var made = CompletableFuture.supplyAsync(() -> put("/deployments/other-" + run, spec(image + ":1", 1, FakeHosts.SILENT_PORT)));
        var second = hosts.await(
                DeploymentEvent.ServiceWanted.class, event -> !event.ports().isEmpty() && !event.request().equals(first.request()));
        update("delete from proposal where request = '%s'".formatted(second.request()));
        update("update revision set request = '%s' where deployment = '%s'".formatted(second.request(), second.id()));
        assertThat(made.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void aProposalThatNobodyWaitsForAnyMoreIsWithdrawn() throws Exception {
        DeploymentId id = new DeploymentId(Ids.of("deployment", Instant.now(), RANDOM));
        String image = "shop/orphan-" + run;
        push(image, "1");
        update("insert into proposal (deployment, request, project, name, body, since) values ('%s', '%s', 'default', 'orphan-%s', '{}', '%s')"
                .formatted(id, Ids.uuid7(Instant.now(), RANDOM), run, Instant.now().minusSeconds(60)));
        String body = "{\"name\":\"orphan-%s\",\"spec\":%s}".formatted(run, spec(image + ":1", 1));
        assertThat(call("POST", "/deployments", body).statusCode()).isEqualTo(409);
        // whatever is due next makes the service look: this rollout's deadline
        call("POST", "/deployments", body.replace("\"orphan-", "\"waker-").replace("PT30S", "PT1S"));
        hosts.await(DeploymentEvent.ServiceUnwanted.class, event -> event.id().equals(id));
        assertThat(call("POST", "/deployments", body).statusCode()).isEqualTo(201);
    }

    @Test
    void replayingEveryTopicFromTheStartChangesNothing() throws Exception {
        String image = "shop/replay-" + run;
        push(image, "1");
        deploy("replay-" + run, image + ":1", 2);
        assertThat(get("/deployments/replay-" + run + "?wait=steady&timeout=PT30S").path("status").asText()).isEqualTo("STEADY");
        Map<String, Object> before = content();
        List<Fact> all = history();
        int heard = hosts.seen().size();
        all.forEach(hosts::say);
        // each partition is in order: once something new said behind the history has its effect, the history has been handled
        for (int i = 0; i < 40; i++) {
            ContainerId marker = new ContainerId(Ids.hex64(RANDOM));
            hosts.say(requested(marker, "marker", "nowhere"));
            hosts.await(ContainerEvent.Unplaceable.class, event -> event.id().equals(marker));
        }
        ResolvedImage marker = push(image, "marker");
        deploy("marker-" + run, image + ":marker", 0);
        assertThat(content()).isEqualTo(before);
        assertThat(List.copyOf(hosts.seen()).stream().skip(heard))
                .filteredOn(fact -> all.stream().noneMatch(old -> old.id().equals(fact.id())))
                .extracting(Fact::event)
                .noneMatch(event -> event instanceof ContainerEvent.Placed || event instanceof DeploymentEvent.ContainerWanted
                        || event instanceof DeploymentEvent.ContainerUnwanted || event instanceof RuleEvent.Ran);
        assertThat(marker).isNotNull();
    }

    /** Counts ready replicas as network-service would: ready and not retiring. */
    private void neverFewerThanReady(int least) {
        int ready = 0;
        boolean reached = false;
        for (Fact fact : hosts.seen()) {
            switch (fact.event()) {
                case ContainerEvent.Readiness _ -> ready++;
                case DeploymentEvent.ContainerRetiring _ -> ready--;
                default -> {}
            }
            reached |= ready >= least;
            assertThat(reached && ready < least).as("ready fell to %d at %s", ready, fact.event()).isFalse();
        }
    }

    private ContainerId request(String name, String nodeName) {
        ContainerId container = new ContainerId(Ids.hex64(RANDOM));
        hosts.say(requested(container, name, nodeName));
        return container;
    }

    private static ContainerEvent.Requested requested(ContainerId id, String name, String nodeName) {
        ContainerSpec spec = Json.read(
                nodeName == null ? "{\"image\":\"a:1\"}" : "{\"image\":\"a:1\",\"nodeName\":\"" + nodeName + "\"}", ContainerSpec.class);
        return new ContainerEvent.Requested(
                id, "default", name, new Owner.Person(), spec, image("a", "1"), Desired.Life.CREATED);
    }

    private static ResolvedImage image(String repository, String tag) {
        Digest digest = Digest.ofHex(Ids.hex64(RANDOM));
        return new ResolvedImage(
                ImageRef.parse(repository + ":" + tag), digest, digest, ImageConfig.EMPTY, List.of(), "amd64", Bytes.mebi(1), Instant.EPOCH);
    }

    private ResolvedImage push(String repository, String tag) {
        ResolvedImage image = image(repository, tag);
        hosts.say(new ImageEvent.Stored(ImageRef.parse(repository + "@" + image.manifest()), image));
        hosts.say(new ImageEvent.Tagged(ImageRef.parse(repository + ":" + tag), image, null));
        return image;
    }

    private static String spec(String image, int replicas) {
        return """
                {"replicas": %d, "template": {"image": "%s", "resources": {"memory": 67108864}},
                 "rollout": {"drain": "PT0.2S", "progressDeadline": "PT30S"}}""".formatted(replicas, image);
    }

    private static String spec(String image, int replicas, int port) {
        return spec(image, replicas).replace("\"resources\"", "\"ports\": [{\"hostPort\": %d, \"containerPort\": 80}], \"resources\"".formatted(port));
    }

    private void deploy(String name, String image, int replicas) throws Exception {
        var response = call("POST", "/deployments", "{\"name\":\"%s\",\"spec\":%s}".formatted(name, spec(image, replicas)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    private JsonNode get(String path) throws Exception {
        var response = call("GET", path, null);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body(), JsonNode.class);
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(service + path))
                        .header("Authorization", token.header())
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> put(String path, String body) {
        try {
            return call("PUT", path, body);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Everything that was ever said on the topics this service consumes. */
    private List<Fact> history() {
        List<Fact> facts = new ArrayList<>();
        try (KafkaConsumer<String, String> reader = kafka.reader()) {
            List<TopicPartition> partitions = List.of(Topics.CONTAINER, Topics.IMAGE, Topics.ENDPOINT).stream()
                    .flatMap(topic -> IntStream.range(0, Topics.FACT_PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> reader.position(partition) < ends.get(partition))) {
                reader.poll(Duration.ofSeconds(1)).forEach(record -> facts.add(Fact.fromJson(record.value())));
            }
        }
        return facts;
    }

    /** The state tables, without what the test itself adds behind the replay. */
    private Map<String, Object> content() throws SQLException {
        Map<String, Object> content = new TreeMap<>();
        Map<String, String> queries = Map.of(
                "node", "select id || state || epoch || drained || version from node where name like '%" + run + "'",
                "waiting", "select container from waiting",
                "proposal", "select deployment from proposal",
                "reservation", "select container || node || active || halting from reservation",
                "image", "select reference || md5(resolved) from image where reference not like '%:marker' and reference not like '%@%'",
                "deployment", "select id || body from deployment where name not like 'marker-%'",
                "replica", "select container || body from replica",
                "rule_run", "select rule || trigger || outcome from rule_run");
        for (var query : queries.entrySet()) {
            content.put(query.getKey(), Tables.rows(jdbc, query.getValue() + " order by 1"));
        }
        return content;
    }

    private void update(String statement) throws SQLException {
        try (var connection = jdbc.getConnection();
                var sql = connection.createStatement()) {
            sql.executeUpdate(statement);
        }
    }
}
