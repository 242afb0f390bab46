package io.gantry.container.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.container.fixture.NodeCertificate;
import io.gantry.container.fixture.Peers;
import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.fixture.Samples;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.container.link.LinkPort;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Ipv4;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
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
    @Inject Containers store;

    private final HttpClient http = HttpClient.newHttpClient();
    private NodeCertificate node;
    private Peers peers;
    private PlayedAgent agent;

    @BeforeEach
    void begin() throws Exception {
        String joinToken = json(send("POST", joinTokens, null)).path("token").asText();
        node = NodeCertificate.join(link.number(), joinToken).certificate();
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

    @Test
    void createWithStartAnswersWhenItRunsEvenIfItEndedAtOnce() throws Exception {
        assertThat(create("b-run", Map.of(), RestartPolicy.NO, true, 201).path("state").asText()).isEqualTo("RUNNING");
        JsonNode ended = create("b-exit", Map.of("agent", "exit"), RestartPolicy.NO, true, 201);
        assertThat(ended.path("state").asText()).isEqualTo("EXITED");
        assertThat(ended.path("exitCode").asInt()).isEqualTo(7);
    }

    @Test
    void pagesAndFiltersContainers() throws Exception {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(create("page-" + i, Map.of("paged", i % 2 == 0 ? "even" : "odd", "all", "paged"), RestartPolicy.NO, i == 0, 201).path("id").asText());
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = json(send("GET", query("?all=true&label=all=paged&limit=2&cursor=" + cursor), null));
            assertThat(page.path("items").size()).isLessThanOrEqualTo(2);
            page.path("items").forEach(one -> seen.add(one.path("id").asText()));
            // one that is gone and one that is new move nothing
            if (seen.size() == 2) {
                assertThat(send("DELETE", at("page-1?force=true"), null).statusCode()).isEqualTo(204);
                create("page-late", Map.of("all", "paged"), RestartPolicy.NO, false, 201);
            }
            cursor = page.path("next").asText();
        } while (!cursor.isEmpty());
        made.remove(1);
        assertThat(seen).as("the newest first, each once").containsExactlyElementsOf(made.reversed());
        assertThat(names("?all=true&label=paged=even")).containsExactly("page-6", "page-4", "page-2", "page-0");
        assertThat(names("?label=all=paged")).containsExactly("page-0");
        assertThat(names("?label=all=paged&state=running")).containsExactly("page-0");
        assertThat(names("?label=paged=odd&state=CREATED&state=PLACED")).containsExactly("page-5", "page-3");
        assertThat(names("?all=true&label=all=paged&node=n1&limit=1")).containsExactly("page-late");
        assertThat(names("?all=true&label=all=paged&node=elsewhere")).isEmpty();
        assertThat(names("?all=true&label=paged=even&image=shop/web:1")).hasSize(4);
        assertThat(names("?all=true&label=paged=even&image=shop/web")).isEmpty();
        JsonNode chosen = json(send("GET", query("?label=all=paged&fields=name,spec.image"), null));
        assertThat(chosen.toString()).isEqualTo("{\"items\":[{\"name\":\"page-0\",\"spec\":{\"image\":\"shop/web:1\"}}]}");
        assertThat(json(send("GET", at("page-0?fields=state"), null)).toString()).isEqualTo("{\"state\":\"RUNNING\"}");
        for (String wrong : new String[] {"?limit=0", "?limit=x", "?cursor=x", "?state=asleep", "?fields=nmae", "?next=1"}) {
            assertThat(send("GET", query(wrong), null).statusCode()).as(wrong).isEqualTo(400);
        }
        List<String> history = new ArrayList<>();
        for (String next = ""; next != null; ) {
            JsonNode page = json(send("GET", at("page-0/history?limit=1&cursor=" + next), null));
            page.path("items").forEach(one -> history.add(one.path("change").asText()));
            next = page.has("next") ? page.path("next").asText() : null;
        }
        List<String> whole = new ArrayList<>();
        json(send("GET", at("page-0/history"), null)).path("items").forEach(one -> whole.add(one.path("change").asText()));
        assertThat(history).hasSizeGreaterThan(3).containsExactlyElementsOf(whole);
    }

    @Test
    void changesOnlyWhatIsAsItWasSeen() throws Exception {
        create("v-seen", Map.of(), RestartPolicy.NO, false, 201);
        String seen = send("GET", at("v-seen"), null).headers().firstValue("etag").orElseThrow();
        HttpResponse<String> renamed = sendIf(seen, "POST", at("v-seen/rename?name=v-changed"));
        assertThat(renamed.statusCode()).isEqualTo(200);
        String now = renamed.headers().firstValue("etag").orElseThrow();
        assertThat(now).isNotEqualTo(seen);
        HttpResponse<String> started = sendIf(now, "POST", at("v-changed/start"));
        assertThat(started.statusCode()).isEqualTo(200);
        assertThat(sendIf(now, "POST", at("v-changed/stop")).statusCode()).as("somebody has started it since").isEqualTo(412);
        now = sendIf(started.headers().firstValue("etag").orElseThrow(), "POST", at("v-changed/stop")).headers().firstValue("etag").orElseThrow();
        assertThat(send("GET", at("v-changed"), null).headers().firstValue("etag")).as("its end is nobody's wish").contains(now);
        HttpResponse<String> late = sendIf(seen, "DELETE", at("v-changed"));
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(json(late).path("type").asText()).endsWith("/precondition-failed");
        assertThat(json(late).path("detail").asText()).isEqualTo("its version is " + now + " by now");
        String last = now;
        String id = json(renamed).path("id").asText();
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 10)
                .mapToObj(i -> http.sendAsync(requestIf(last, "POST", at(id + "/rename?name=v-by-" + i)), BodyHandlers.ofString()))
                .toList();
        assertThat(all).extracting(one -> one.join().statusCode()).as("of those who saw the same only one").containsOnlyOnce(200).containsOnly(200, 412);
        assertThat(sendIf("nonsense", "POST", at("nobody/start")).statusCode()).isEqualTo(400);
        assertThat(sendIf("*", "DELETE", at(id)).statusCode()).isEqualTo(204);
        assertThat(sendIf(now, "GET", query("")).statusCode()).as("where nobody looks at it").isEqualTo(400);
    }

    private List<String> names(String query) throws Exception {
        List<String> names = new ArrayList<>();
        json(send("GET", query(query), null)).path("items").forEach(one -> names.add(one.path("name").asText()));
        return names;
    }

    @Test
    void oneTooLargeToBeToldOfIsRefusedAndHoldsUpNoOther() throws Exception {
        assertThat(create("l-large", Map.of("note", "x".repeat(2 << 20)), RestartPolicy.NO, false, 413).path("type").asText()).endsWith("/too-large");
        create("l-after", Map.of(), RestartPolicy.NO, true, 201);
    }

    @Test
    void aContainerIsOnSeveralNetworksAndComesOntoOthersAsItRuns() throws Exception {
        ContainerSpec spec = Samples.spec(IMAGE).but()
                .networks(List.of(new NetworkUse("front", List.of("shop"), null, null), new NetworkUse("back", List.of(), Ipv4.parse("10.64.0.9"), null))).build();
        JsonNode made = json(send("POST", containers, Json.write(new ContainerRequest("n-two", spec, true))));
        assertThat(made.path("endpoints").findValuesAsText("network")).containsExactly("back", "front");
        assertThat(made.path("endpoint")).as("the first by name").isEqualTo(made.path("endpoints").get(0));
        assertThat(made.path("endpoint").path("address").asText()).isEqualTo("10.64.0.9");
        assertThat(made.path("endpoints").findValues("plugged")).allMatch(JsonNode::asBoolean);

        HttpResponse<String> connected = send("POST", at("n-two/networks/third"), "{\"aliases\": [\"x\"]}");
        assertThat(connected.statusCode()).as(connected.body()).isEqualTo(200);
        assertThat(json(connected).path("endpoints").findValuesAsText("network")).containsExactly("back", "front", "third");
        assertThat(json(connected).path("endpoints").findValues("plugged")).allMatch(JsonNode::asBoolean);
        assertThat(json(connected).path("spec").path("networks").get(2).path("aliases").get(0).asText()).isEqualTo("x");
        assertThat(send("POST", at("n-two/networks/third"), null).statusCode()).as("it is there").isEqualTo(409);

        HttpResponse<String> refused = send("POST", at("n-two/networks/nowhere"), null);
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(json(refused).path("detail").asText()).isEqualTo("there is no network 'nowhere'");
        assertThat(json(send("GET", at("n-two"), null)).path("spec").path("networks")).hasSize(3);

        for (String network : List.of("front", "back", "third")) {
            assertThat(send("DELETE", at("n-two/networks/" + network), null).statusCode()).isEqualTo(200);
        }
        JsonNode alone = json(send("GET", at("n-two"), null));
        assertThat(alone.path("state").asText()).isEqualTo("RUNNING");
        assertThat(alone.path("endpoints")).isEmpty();
        assertThat(alone.path("endpoint").isMissingNode() || alone.path("endpoint").isNull()).isTrue();
    }

    @Test
    void pauseAnswersWhenAllStandsStill() throws Exception {
        create("p-paused", Map.of(), RestartPolicy.NO, true, 201);
        assertThat(json(send("POST", at("p-paused/pause"), null)).path("state").asText()).isEqualTo("PAUSED");
        assertThat(send("POST", at("p-paused/pause"), null).statusCode()).isEqualTo(409);
        assertThat(send("DELETE", at("p-paused"), null).statusCode()).isEqualTo(409);
        assertThat(json(send("POST", at("p-paused/unpause"), null)).path("state").asText()).isEqualTo("RUNNING");
        assertThat(send("POST", at("p-paused/unpause"), null).statusCode()).isEqualTo(409);
        send("POST", at("p-paused/pause"), null);
        assertThat(json(send("POST", at("p-paused/stop"), null)).path("state").asText()).isEqualTo("EXITED");
        assertThat(json(send("POST", at("p-paused/pause"), null)).path("detail").asText()).isEqualTo("container 'p-paused' is not running");
    }

    @Test
    void aStartThatFailsSaysStepErrnoAndHint() throws Exception {
        JsonNode problem = create("c-fail", Map.of("agent", "fail"), RestartPolicy.NO, true, 422);
        assertThat(problem.path("type").asText()).endsWith("/start-failed");
        assertThat(problem.path("detail").asText())
                .isEqualTo("container 'c-fail' could not be started: exec: no such file: /nope (errno 2)");
        assertThat(problem.path("errno").asInt()).isEqualTo(2);
        assertThat(problem.path("hint").asText()).isEqualTo("check the command");
    }

    @Test
    void whatIsRemovedAtItsEndTellsWhoStartedItAndWhoWaitsFirst() throws Exception {
        makeGoing("r-exit", "exit");
        var removal = http.send(request("GET", at("r-exit/wait?condition=removed"), null), BodyHandlers.ofInputStream());
        var end = http.send(request("GET", at("r-exit/wait?condition=next-exit"), null), BodyHandlers.ofInputStream());
        assertThat(send("POST", at("r-exit/start"), null).statusCode()).isEqualTo(200);
        assertThat(Json.read(new String(end.body().readAllBytes()), JsonNode.class).path("exitCode").asInt()).isEqualTo(7);
        assertThat(Json.read(new String(removal.body().readAllBytes()), JsonNode.class).path("exitCode").asInt()).isEqualTo(7);
        assertThat(send("GET", at("r-exit"), null).statusCode()).isEqualTo(404);

        makeGoing("r-stop", "run");
        assertThat(send("POST", at("r-stop/start"), null).statusCode()).isEqualTo(200);
        var stopped = http.send(request("GET", at("r-stop/wait?condition=removed"), null), BodyHandlers.ofInputStream());
        assertThat(json(send("POST", at("r-stop/stop"), null)).path("exitCode").asInt()).isEqualTo(7);
        stopped.body().readAllBytes();
        assertThat(send("GET", at("r-stop"), null).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsRemovedSinceItCouldNotBeStartedTellsWhy() throws Exception {
        makeGoing("r-fail", "fail");
        var next = http.send(request("GET", at("r-fail/wait?condition=next-exit"), null), BodyHandlers.ofInputStream());
        var removal = http.send(request("GET", at("r-fail/wait?condition=removed"), null), BodyHandlers.ofInputStream());
        HttpResponse<String> started = send("POST", at("r-fail/start"), null);
        assertThat(started.statusCode()).isEqualTo(422);
        assertThat(json(started).path("detail").asText()).isEqualTo("container 'r-fail' could not be started: exec: no such file: /nope (errno 2)");
        JsonNode ended = Json.read(new String(next.body().readAllBytes()), JsonNode.class);
        assertThat(ended.path("exitCode").asInt()).isEqualTo(125);
        assertThat(ended.path("error").asText()).isEqualTo("exec: no such file: /nope");
        JsonNode gone = Json.read(new String(removal.body().readAllBytes()), JsonNode.class);
        assertThat(gone.path("exitCode").asInt()).isEqualTo(125);
        assertThat(gone.path("error").asText()).as("the waiting went well").isIn("", "null");
        assertThat(send("GET", at("r-fail"), null).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsRemovedAtItsEndIsNotStartedAgain() throws Exception {
        String body = "{\"spec\": {\"image\": \"" + IMAGE + "\", \"command\": [\"true\"], \"autoRemove\": true, \"restart\": {\"mode\": \"ALWAYS\"}}}";
        HttpResponse<String> refused = send("POST", containers, body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).path("field").asText()).isEqualTo("spec.autoRemove");
        makeGoing("r-once", "run");
        send("POST", at("r-once/start"), null);
        assertThat(json(patch("r-once", "{\"restart\": {\"mode\": \"ALWAYS\"}}", 409)).path("detail").asText()).contains("autoRemove");
    }

    private void makeGoing(String name, String agent) throws Exception {
        ContainerSpec spec = Samples.spec(IMAGE, Map.of("agent", agent), RestartPolicy.NO).but().autoRemove(true).build();
        HttpResponse<String> response = send("POST", containers, Json.write(new ContainerRequest(name, spec, false)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    @Test
    void whatIsStoppedOrRemovedBeforeItStartedIsAnsweredAtOnce() throws Exception {
        var stopped = beginToCreate("c-stopped");
        assertThat(send("POST", at("c-stopped/stop"), null).statusCode()).isEqualTo(200);
        assertThat(json(stopped.get()).path("detail").asText())
                .isEqualTo("container 'c-stopped' did not start: somebody stopped it meanwhile");
        var removed = beginToCreate("c-removed");
        assertThat(send("DELETE", at("c-removed"), null).statusCode()).isEqualTo(204);
        assertThat(removed.get().statusCode()).isEqualTo(409);
        assertThat(json(removed.get()).path("detail").asText()).startsWith("container 'c-removed'").contains("removed");
    }

    /** Of a container whose image takes its time. */
    private CompletableFuture<HttpResponse<String>> beginToCreate(String name) throws Exception {
        ContainerSpec spec = Samples.spec(IMAGE, Map.of("agent", "prepare"), RestartPolicy.NO);
        String body = Json.write(new ContainerRequest(name, spec, true));
        var answer = http.sendAsync(request("POST", containers, body), BodyHandlers.ofString());
        peers.await(ContainerEvent.Placed.class, placed -> placed.name().equals(name));
        agent.next(LinkMessage.Change.class, change -> change.record().body() instanceof Desired.Container, 15);
        return answer;
    }

    @Test
    void anUpdateIsAnsweredWhenItsNodeHasDoneIt() throws Exception {
        create("u-done", Map.of(), RestartPolicy.NO, true, 201);
        JsonNode view = json(patch("u-done", "{\"resources\": {\"memory\": 134217728}, \"restart\": {\"mode\": \"ALWAYS\"}}", 200));
        assertThat(view.path("spec").path("resources").path("memory").asLong()).isEqualTo(134_217_728);
        assertThat(view.path("spec").path("restart").path("mode").asText()).isEqualTo("ALWAYS");
        assertThat(view.path("deviations").path(0).path("field").asText()).isEqualTo("resources.rlimits.nofile");
        assertThat(peers.await(ContainerEvent.Updated.class, updated -> updated.id().value().equals(view.path("id").asText())).resources().memory().value())
                .isEqualTo(134_217_728);
        assertThat(patch("u-done", "{\"resources\": {\"memory\": 134217728}}", 200).headers().firstValue("gantry-changed")).contains("false");
    }

    @Test
    void anUpdateThatItsNodeRefusesChangesNothing() throws Exception {
        JsonNode made = create("u-busy", Map.of("updates", "refuse"), RestartPolicy.NO, true, 201);
        JsonNode problem = json(patch("u-busy", "{\"resources\": {\"memory\": 4194304}}", 409));
        assertThat(problem.path("detail").asText()).isEqualTo("container 'u-busy' was not updated, all is as it was: in use");
        assertThat(problem.path("hint").asText()).isEqualTo("choose more");
        assertThat(json(send("GET", at("u-busy"), null)).path("spec").path("resources")).isEqualTo(made.path("spec").path("resources"));
        assertThat(json(patch("u-busy", "{\"resources\": {\"memory\": 8388608}}", 200)).path("spec").path("resources").path("memory").asLong()).isEqualTo(8_388_608);
    }

    @Test
    void anUpdateOfWhatIsNoFieldOrFixedIsRefusedByName() throws Exception {
        create("u-bad", Map.of(), RestartPolicy.NO, true, 201);
        assertThat(json(patch("u-bad", "{\"resources\": {\"memori\": 1}}", 400)).path("field").asText()).isEqualTo("resources.memori");
        assertThat(json(patch("u-bad", "{\"resources\": {\"memory\": 5}}", 400)).path("field").asText()).isEqualTo("resources.memory");
        assertThat(json(patch("u-bad", "{\"memory\": 5}", 400)).path("field").asText()).isEqualTo("memory");
        assertThat(json(patch("u-bad", "{}", 400)).path("detail").asText()).contains("neither resources nor restart is given");
        assertThat(json(patch("u-bad", "{\"resources\": {\"shm\": 8192}}", 409)).path("detail").asText()).isEqualTo("resources.shm of container 'u-bad' can't be changed while it runs");
    }

    private HttpResponse<String> patch(String name, String body, int status) throws Exception {
        HttpResponse<String> response = send("PATCH", at(name), body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response;
    }

    @Test
    void anUnknownImageIsRefusedByName() throws Exception {
        ContainerSpec spec = Samples.spec("shop/nothing:1");
        HttpResponse<String> response = send("POST", containers, Json.write(new ContainerRequest("d-x", spec, false)));
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).path("type").asText()).endsWith("/image-not-found");
        assertThat(json(response).path("field").asText()).isEqualTo("spec.image");
    }

    @Test
    void whatSaysNotWhatToRunIsRefusedBeforeItIsMade() throws Exception {
        HttpResponse<String> response = send("POST", containers, "{\"name\": \"d-idle\", \"spec\": {\"image\": \"" + IMAGE + "\"}}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("field").asText()).isEqualTo("spec.command");
        assertThat(send("GET", at("d-idle"), null).statusCode()).isEqualTo(404);
    }

    @Test
    void whoseNamespacesItSharesIsSettledByIdWithinItsProject() throws Exception {
        String owner = create("n-owner", Map.of(), RestartPolicy.NO, false, 201).path("id").asText();
        JsonNode guest = json(askToShare("n-guest", "n-owner"));
        assertThat(guest.path("spec").path("network").asText()).isEqualTo("container:" + owner);
        assertThat(guest.path("spec").path("namespaces").path("pid").asText()).isEqualTo("container:" + owner);
        assertThat(guest.path("endpoint").isMissingNode() || guest.path("endpoint").isNull()).isTrue();
        assertThat(json(askToShare("n-third", "n-guest")).path("detail").asText()).isEqualTo("the network of container 'n-guest' is another container's");
        HttpResponse<String> nobody = askToShare("n-alone", "n-nobody");
        assertThat(nobody.statusCode()).isEqualTo(404);
        assertThat(json(nobody).path("detail").asText()).isEqualTo("there is no container 'n-nobody'");
        assertThat(send("GET", at("n-alone"), null).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> askToShare(String name, String with) throws Exception {
        ContainerSpec spec = Samples.spec(IMAGE, Map.of(), RestartPolicy.NO)
                .but().network("container:" + with).namespaces(new Namespaces(null, "container:" + with)).build();
        return send("POST", containers, Json.write(new ContainerRequest(name, spec, false)));
    }

    @Test
    void anImageThatIsPushedMeanwhileIsWaitedFor() throws Exception {
        ContainerSpec spec = Samples.spec("shop/late:1");
        var pending = http.sendAsync(
                request("POST", containers, Json.write(new ContainerRequest("e-late", spec, false))), BodyHandlers.ofString());
        peers.push("shop/late:1");
        assertThat(pending.get().statusCode()).isEqualTo(201);
    }

    @Test
    void whatNoNodeTakesIsRefusedWithReasonsAndLeavesNothing() throws Exception {
        JsonNode problem = create("f-big", Map.of("play", "unplaceable"), RestartPolicy.NO, false, 409);
        assertThat(problem.path("type").asText()).endsWith("/no-node");
        assertThat(problem.path("detail").asText()).contains("n1: needs 64 GiB, 1 GiB is free");
        assertThat(send("GET", at("f-big"), null).statusCode()).isEqualTo(404);
    }

    @Test
    void whatGetsNoAddressOrPortIsRefusedAndLeavesNothing() throws Exception {
        assertThat(create("g-addr", Map.of("play", "no-address"), RestartPolicy.NO, false, 409).path("type").asText())
                .endsWith("/no-address");
        assertThat(create("g-port", Map.of("play", "port-in-use"), RestartPolicy.NO, false, 409).path("type").asText())
                .endsWith("/port-in-use");
        assertThat(send("GET", at("g-port"), null).statusCode()).isEqualTo(404);
        create("g-port", Map.of(), RestartPolicy.NO, false, 201);
    }

    @Test
    void aNameIsTakenOnce() throws Exception {
        create("h-name", Map.of(), RestartPolicy.NO, false, 201);
        assertThat(create("h-name", Map.of(), RestartPolicy.NO, false, 409).path("type").asText()).endsWith("/name-in-use");
    }

    @Test
    void isFoundByIdPrefixNameAndLabels() throws Exception {
        String id = create("i-find", Map.of("team", "blue", "tier", "web"), RestartPolicy.NO, false, 201).path("id").asText();
        assertThat(json(send("GET", at(id), null)).path("name").asText()).isEqualTo("i-find");
        assertThat(json(send("GET", at(id.substring(0, 12)), null)).path("name").asText()).isEqualTo("i-find");
        JsonNode found = json(send("GET", URI.create(containers + "?all=true&label=team=blue&label=tier=web"), null));
        assertThat(found.path("items")).hasSize(1);
        assertThat(json(send("GET", URI.create(containers + "?label=team=blue"), null)).path("items")).isEmpty();
    }

    @Test
    void aNameWinsHoweverManyIdsBeginWithIt() throws Exception {
        String name = "abcdef";
        for (int i = 0; i < 12; i++) {
            ContainerId id = new ContainerId(name + String.format("%058x", i));
            ContainerSpec spec = Samples.spec(IMAGE);
            store.change(id, new ContainerCommand.Request(
                            id, "default", "q-like-" + i, new Owner.Person(), spec, Samples.image(spec.image()), Desired.Life.CREATED, Instant.now()))
                    .await()
                    .indefinitely();
        }
        String id = create(name, Map.of(), RestartPolicy.NO, false, 201).path("id").asText();
        assertThat(json(send("GET", at(name), null)).path("id").asText()).isEqualTo(id);
        assertThat(json(send("GET", at(name + "0"), null)).path("type").asText()).endsWith("/ambiguous");
    }

    @Test
    void aWaitBegunBeforeTheStartNeverMissesAFastExit() throws Exception {
        create("j-wait", Map.of("agent", "exit"), RestartPolicy.NO, false, 201);
        var wait = http.send(request("GET", at("j-wait/wait?condition=next-exit"), null), BodyHandlers.ofInputStream());
        assertThat(wait.statusCode()).isEqualTo(200);
        send("POST", at("j-wait/start"), null);
        assertThat(new String(wait.body().readAllBytes())).isEqualTo("{\"exitCode\":7}");
    }

    @Test
    void aWaitEndsWithTheRunThoughAnotherFollows() throws Exception {
        create("j-again", Map.of("agent", "exit"), RestartPolicy.ALWAYS, true, 201);
        var wait = http.send(request("GET", at("j-again/wait?condition=not-running"), null), BodyHandlers.ofInputStream());
        assertThat(wait.statusCode()).isEqualTo(200);
        send("POST", at("j-again/restart"), null);
        assertThat(new String(wait.body().readAllBytes())).contains("exitCode");
    }

    @Test
    void aWaitForRemovalEndsWithIt() throws Exception {
        create("k-wait", Map.of(), RestartPolicy.NO, true, 201);
        var wait = http.send(request("GET", at("k-wait/wait?condition=removed"), null), BodyHandlers.ofInputStream());
        assertThat(send("DELETE", at("k-wait"), null).statusCode()).isEqualTo(409);
        assertThat(send("DELETE", at("k-wait?force=true"), null).statusCode()).isEqualTo(204);
        assertThat(new String(wait.body().readAllBytes())).contains("exitCode");
    }

    @Test
    void badRequestsAreNamed() throws Exception {
        assertThat(send("POST", containers, "{}").statusCode()).isEqualTo(400);
        assertThat(json(send("POST", at("nobody/start"), null)).path("type").asText()).endsWith("/not-found");
        create("l-bad", Map.of(), RestartPolicy.NO, false, 201);
        for (String grace : new String[] {"soon", "-PT1S", "PT2562047788015215H", "-PT2000000000000000H"}) {
            assertThat(json(send("POST", at("l-bad/stop?grace=" + grace), null)).path("field").asText()).as(grace).isEqualTo("grace");
        }
        assertThat(json(send("POST", at("l-bad/kill?signal=SIGNOPE"), null)).path("field").asText()).isEqualTo("signal");
        assertThat(json(send("GET", at("l-bad/wait?condition=never"), null)).path("field").asText()).isEqualTo("condition");
    }

    @Test
    void aReplicaIsMadeAndRemovedAsItsDeploymentWants() throws Exception {
        DeploymentId deployment = new DeploymentId(Ids.of("deployment", Instant.now(), new Random()));
        ContainerId id = Samples.containerId();
        ContainerSpec spec = Samples.spec(IMAGE);
        var wanted = peers.say(new DeploymentEvent.ContainerWanted(
                deployment, id, "default", "m-replica", new Owner.Replica(deployment, "m", 1, 0), spec, Samples.image(spec.image())));
        peers.await(ContainerEvent.Started.class, started -> started.id().equals(id));
        peers.say(new DeploymentEvent.ContainerUnwanted(deployment, id));
        peers.await(ContainerEvent.Removed.class, removed -> removed.id().equals(id));
        // the same fact again, as after a lost offset
        peers.say(wanted);
        create("m-after", Map.of(), RestartPolicy.NO, true, 201);
        assertThat(peers.heard().stream().filter(event -> event instanceof ContainerEvent.Requested && event.id().equals(id)))
                .hasSize(1);
    }

    @Test
    void containersOfALostNodeAreLostAndRunOnWhenItIsBack() throws Exception {
        String id = create("n-lost", Map.of(), RestartPolicy.NO, true, 201).path("id").asText();
        peers.nodeLost(2);
        peers.await(ContainerEvent.Lost.class, lost -> lost.id().value().equals(id));
        peers.nodeReady(2);
        peers.await(ContainerEvent.Started.class, 2, started -> started.id().value().equals(id));
        assertThat(json(send("GET", at("n-lost"), null)).path("state").asText()).isEqualTo("RUNNING");
    }

    @Test
    void historyTellsWhatBecameTrueInOrder() throws Exception {
        create("o-history", Map.of(), RestartPolicy.NO, true, 201);
        List<String> changes = new ArrayList<>();
        json(send("GET", at("o-history/history"), null)).path("items").forEach(entry -> changes.add(entry.path("change").asText()));
        assertThat(changes).containsSubsequence("Requested", "Placed", "Started").contains("Leased");
    }

    @Test
    void everythingSaidOnceMoreChangesNothing() throws Exception {
        create("p-runs", Map.of(), RestartPolicy.NO, true, 201);
        create("p-ended", Map.of("agent", "exit"), RestartPolicy.NO, true, 201);
        create("p-gone", Map.of(), RestartPolicy.NO, false, 201);
        send("DELETE", at("p-gone"), null);
        peers.close();
        String before = send("GET", URI.create(containers + "?all=true"), null).body();
        for (String topic : Topics.FACTS) {
            sayAgain(topic, Topics.FACT_PARTITIONS);
        }
        sayAgain(Topics.NODE_OBSERVED, Topics.STATE_PARTITIONS);
        peers = new Peers(kafka, node.node());
        // goes through every topic after all that
        create("p-sentinel", Map.of(), RestartPolicy.NO, true, 201);
        send("DELETE", at("p-sentinel?force=true"), null);
        assertThat(send("GET", URI.create(containers + "?all=true"), null).body()).isEqualTo(before);
    }

    private void sayAgain(String topic, int partitions) {
        List<TopicPartition> all = IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList();
        try (var reader = kafka.reader()) {
            reader.assign(all);
            reader.seekToBeginning(all);
            var ends = reader.endOffsets(all);
            while (all.stream().anyMatch(partition -> reader.position(partition) < ends.get(partition))) {
                for (var record : reader.poll(Duration.ofMillis(200))) {
                    if (record.offset() < ends.get(new TopicPartition(topic, record.partition()))) {
                        kafka.producer().send(new ProducerRecord<>(topic, record.partition(), record.key(), record.value()));
                    }
                }
            }
        }
        kafka.producer().flush();
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

    private URI query(String query) {
        return URI.create(containers + query);
    }

    private HttpResponse<String> sendIf(String version, String method, URI uri) throws Exception {
        return http.send(requestIf(version, method, uri), BodyHandlers.ofString());
    }

    private HttpRequest requestIf(String version, String method, URI uri) {
        return HttpRequest.newBuilder(request(method, uri, null), (_, _) -> true).header("If-Match", version).build();
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
