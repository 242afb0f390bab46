package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deployments, their rollouts and the rules that begin them. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class DeploymentsIT extends SchedulerScene {
    @Test
    void oneBoundToANodeThatIsNotThereIsRefused() throws Exception {
        assertRefused("{\"replicas\": 1, \"template\": {\"image\": \"a:1\", \"nodeName\": \"nowhere\"}}", "spec.template.nodeName", "there is no node 'nowhere'");
    }

    @Test
    void oneOfARuntimeClassThatNoNodeOffersIsRefusedWithThoseThatThereAre() throws Exception {
        assertRefused(
                "{\"replicas\": 1, \"template\": {\"image\": \"a:1\", \"runtime\": \"kata\"}}", "spec.template.runtime",
                "no node offers the runtime class 'kata'; there is namespaces");
    }

    @Test
    void oneThatSaysNotWhatToRunIsRefused() throws Exception {
        String repository = "shop/idle-" + run;
        push(repository, "1", ImageConfig.EMPTY);
        assertRefused(spec(repository + ":1", 1), "spec.template.command", "neither the template nor its image says what to run");
    }

    private void assertRefused(String spec, String field, String detail) throws Exception {
        var response = call("POST", "/deployments", "{\"name\":\"refused-%s\",\"spec\":%s}".formatted(run, spec));
        JsonNode problem = Json.read(response.body(), JsonNode.class);
        assertThat(problem.path("status").asInt()).isEqualTo(400);
        assertThat(problem.path("field").asText()).isEqualTo(field);
        assertThat(problem.path("detail").asText()).isEqualTo(detail);
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
        assertThat(List.of(steady.path("version").asInt(), rolled.path("version").asInt())).as("it grows with what is wanted, and not with what becomes of that").isEqualTo(List.of(1, 2));
        neverFewerThanReady(3);
        var wanted = hosts.seen(DeploymentEvent.ContainerWanted.class);
        assertThat(wanted).extracting(event -> event.image().manifest())
                .containsExactly(first.manifest(), first.manifest(), first.manifest(), second.manifest(), second.manifest(),
                        second.manifest());

        assertThat(call("POST", "/deployments/web-" + run + "/rollback", null).statusCode()).isEqualTo(200);
        JsonNode back = get("/deployments/web-" + run + "?wait=steady&timeout=PT30S");
        assertThat(back.path("revision").asInt()).isEqualTo(3);
        assertThat(back.path("version").asInt()).isEqualTo(3);
        assertThat(back.path("spec").path("template").path("image").asText()).isEqualTo(image + ":1");
        assertThat(get("/deployments/web-" + run + "/revisions").path("items").findValuesAsText("reason"))
                .containsExactly("rolled back to revision 1", "changed by a person", "created");
    }

    @Test
    void nodesFetchTheImageOfARolloutAheadAsLongAsItGoesOn() throws Exception {
        String image = "shop/ahead-" + run;
        push(image, "1");
        String name = "ahead-" + run;
        deploy(name, image + ":1", 2);
        String id = get("/deployments/" + name + "?wait=steady&timeout=PT30S").path("id").asText();
        assertThat(prefetches(id)).as("where nothing is replaced nothing is fetched ahead").isEmpty();
        ResolvedImage second = push(image, "2");
        hosts.breakEverything(true);
        assertThat(call("PUT", "/deployments/" + name, spec(image + ":2", 2)).statusCode()).isEqualTo(200);
        Map<String, String> told = await("what nodes were told", () -> prefetches(id), map -> map.size() >= 2);
        assertThat(told).containsEntry(one.id().value(), second.manifest().value()).containsEntry(two.id().value(), second.manifest().value());
        hosts.prefetched(one, List.of(new Observed.Prefetched(id, second.manifest(), Observed.Prefetched.State.COMING, null)));
        hosts.prefetched(two, List.of(new Observed.Prefetched(id, second.manifest(), Observed.Prefetched.State.NO_ROOM, "its disk is full to 91 %")));
        JsonNode view = await("the view", () -> get("/deployments/" + name), seen -> seen.path("warnings").size() == 1 && seen.path("detail").asText().contains("ahead"));
        assertThat(view.path("detail").asText()).endsWith("; its image is being fetched ahead on " + one.name());
        assertThat(view.path("warnings").path(0).asText()).isEqualTo("node " + two.name() + " doesn't fetch the image ahead: its disk is full to 91 %");
        hosts.breakEverything(false);
        assertThat(get("/deployments/" + name + "?wait=steady&timeout=PT60S").path("status").asText()).isEqualTo("STEADY");
        await("what nodes are told once it is over", () -> prefetches(id), Map::isEmpty);
    }

    /** Those of other tests say nothing of it: its constraint is for these. */
    @Test
    void aReplicaThatLeavesBeforeAnotherComesServesOnUntilTheImageIsThere() throws Exception {
        String image = "shop/later-" + run;
        push(image, "1");
        for (Observed.Node node : List.of(one, two)) {
            hosts.label(node, Map.of("later", "l" + run));
            await("labels of " + node.name(), () -> get("/nodes/" + node.name()).path("labels"), labels -> labels.path("later").asText().equals("l" + run));
        }
        String name = "later-" + run;
        String spec = "{\"replicas\": 2, \"template\": {\"image\": \"%s:%d\", \"constraints\": [\"node.labels.later==l%s\"], \"resources\": {\"memory\": 67108864}}, \"rollout\": {\"maxSurge\": 0, \"maxUnavailable\": 1, \"drain\": \"PT0.2S\"}}";
        assertThat(call("POST", "/deployments", "{\"name\":\"%s\",\"spec\":%s}".formatted(name, spec.formatted(image, 1, run))).statusCode()).isEqualTo(201);
        String id = get("/deployments/" + name + "?wait=steady&timeout=PT30S").path("id").asText();
        ResolvedImage second = push(image, "2");
        assertThat(call("PUT", "/deployments/" + name, spec.formatted(image, 2, run)).statusCode()).isEqualTo(200);
        await("what nodes were told", () -> prefetches(id), map -> map.size() == 2);
        hosts.prefetched(one, List.of(new Observed.Prefetched(id, second.manifest(), Observed.Prefetched.State.HERE, null)));
        hosts.prefetched(two, List.of(new Observed.Prefetched(id, second.manifest(), Observed.Prefetched.State.COMING, null)));
        await("the view", () -> get("/deployments/" + name), seen -> seen.path("detail").asText().endsWith("ahead on " + two.name()));
        assertThat(hosts.seen(DeploymentEvent.ContainerRetiring.class)).noneMatch(event -> event.id().value().equals(id));
        hosts.prefetched(two, List.of(new Observed.Prefetched(id, second.manifest(), Observed.Prefetched.State.HERE, null)));
        JsonNode rolled = get("/deployments/" + name + "?wait=steady&timeout=PT30S");
        assertThat(rolled.path("status").asText()).as(rolled.toString()).isEqualTo("STEADY");
        assertThat(hosts.seen(DeploymentEvent.ContainerRetiring.class)).filteredOn(event -> event.id().value().equals(id)).hasSize(2);
    }

    /** Nodes of other tests are there, too: its constraint is for those of this one. */
    @Test
    void aGlobalOneIsOnEachNodeThatMeetsItsConstraintsAndFollowsThem() throws Exception {
        String image = "shop/global-" + run;
        push(image, "1");
        Map<String, String> label = Map.of("walk", "w" + run);
        hosts.label(one, label);
        await("labels of one", () -> get("/nodes/" + one.name()).path("labels"), labels -> labels.path("walk").asText().equals("w" + run));
        String name = "global-" + run;
        String spec = "{\"mode\": \"GLOBAL\", \"template\": {\"image\": \"%s:1\", \"constraints\": [\"node.labels.walk==w%s\"], \"resources\": {\"memory\": 67108864}}, \"rollout\": {\"drain\": \"PT0.2S\"}}"
                .formatted(image, run);
        var made = call("POST", "/deployments", "{\"name\":\"%s\",\"spec\":%s}".formatted(name, spec));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        awaitNodes(name, one.name());
        hosts.label(two, label);
        awaitNodes(name, one.name(), two.name());
        assertThat(get("/deployments/" + name).path("wanted").asInt()).isEqualTo(2);
        hosts.label(one, Map.of());
        awaitNodes(name, two.name());
        assertThat(call("POST", "/deployments/" + name + "/scale?replicas=3", null).statusCode()).isEqualTo(409);
        assertThat(call("PUT", "/deployments/" + name, spec(image + ":1", 2)).statusCode()).isEqualTo(409);
    }

    /** One has more replicas of the first revision than there will be of the second; those of the second are as many in each zone as if it weren't so. */
    @Test
    void oneIsSpreadOverTheValuesOfALabelAndARolloutKeepsIt() throws Exception {
        String image = "shop/spread-" + run;
        push(image, "1");
        Observed.Node three = hosts.host("three-" + run, 3);
        for (Observed.Node node : List.of(one, two, three)) {
            String zone = node == three ? "b" : "a";
            hosts.label(node, Map.of("walk", "w" + run, "zone", zone));
            await("zone of " + node.name(), () -> get("/nodes/" + node.name()).path("labels").path("zone").asText(), zone::equals);
        }
        String name = "spread-" + run;
        String spec = "{\"replicas\": 4, \"spread\": [\"node.labels.zone\"], \"template\": {\"image\": \"%s:1\", \"constraints\": [\"node.labels.walk==w%s\"], \"resources\": {\"memory\": 67108864}}, \"rollout\": {\"drain\": \"PT0.2S\"}}"
                .formatted(image, run);
        assertThat(call("POST", "/deployments", "{\"name\":\"%s\",\"spec\":%s}".formatted(name, spec)).statusCode()).isEqualTo(201);
        awaitNodes(name, one.name(), three.name(), three.name(), two.name());
        assertThat(hosts.seen(ContainerEvent.Placed.class)).extracting(placed -> placed.reasons().get(three.name())).contains(
                "chosen: 1 replica like it in node.labels.zone=b; holds 1 replica of this deployment; 3 % of its memory would be requested");
        push(image, "2");
        assertThat(call("PUT", "/deployments/" + name, spec.replace(":1\"", ":2\"")).statusCode()).isEqualTo(200);
        hosts.await(DeploymentEvent.RolloutFinished.class, event -> event.name().equals(name) && event.revision() == 2);
        awaitNodes(name, one.name(), three.name(), three.name(), two.name());
        assertThat(call("PUT", "/deployments/" + name, spec.replace(":1\"", ":2\"").replace("node.labels.zone", "node.labels.room")).statusCode()).isEqualTo(200);
        JsonNode after = get("/deployments/" + name);
        assertThat(after.path("revision").asInt()).as("another wish moves nothing").isEqualTo(2);
        assertThat(after.path("spec").path("spread").path(0).asText()).isEqualTo("node.labels.room");
        assertRefused(spec.replace("node.labels.zone", "zone"), "spec.spread[0]", "replicas are spread over the values of a label of nodes, got 'zone'");
        call("POST", "/nodes/" + three.name() + "/drain", null);
    }

    private void awaitNodes(String deployment, String... nodes) throws Exception {
        await("nodes of " + deployment, () -> get("/deployments/" + deployment), view -> view.path("status").asText().equals("STEADY")
                && view.path("replicas").findValuesAsText("node").stream().sorted().toList().equals(List.of(nodes)));
    }

    /** Docker's stacks have an underscore in the names of their services. */
    @Test
    void labelsOfItsOwnFindItAndMakeNoRevision() throws Exception {
        String image = "shop/labelled-" + run;
        push(image, "1");
        String name = "day_labelled-" + run;
        String spec = spec(image + ":1", 1).replaceFirst("\\{", "{\"labels\": {\"stack\": \"%s\"}, ");
        var made = call("POST", "/deployments", "{\"name\":\"%s\",\"spec\":%s}".formatted(name, spec.formatted("day-" + run)));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(get("/deployments?label=stack=day-" + run).path("items").findValuesAsText("name")).contains(name);
        assertThat(call("PUT", "/deployments/" + name, spec.formatted("night-" + run)).statusCode()).isEqualTo(200);
        assertThat(get("/deployments?label=stack=day-" + run).path("items")).isEmpty();
        JsonNode after = get("/deployments/" + name);
        assertThat(after.path("revision").asInt()).isEqualTo(1);
        assertThat(after.path("spec").path("labels").path("stack").asText()).isEqualTo("night-" + run);
        call("DELETE", "/deployments/" + name, null);
    }

    @Test
    void showsWhereAPortOfItIsLeftToAnotherProgram() throws Exception {
        String image = "shop/port-" + run;
        push(image, "1");
        int port = 20_000 + RANDOM.nextInt(9_000);
        var made = call("POST", "/deployments", "{\"name\":\"port-%s\",\"spec\":%s}".formatted(run, spec(image + ":1", 1, port)));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(get("/deployments/port-" + run).path("withheldPorts")).isEmpty();
        hosts.withhold(two, List.of(new Observed.WithheldPort(null, port, PortPublish.Protocol.TCP, "'nginx' (pid 7) listens on *:" + port)));
        JsonNode withheld = awaitWithheld(1).path(0);
        assertThat(withheld.path("node").asText()).isEqualTo(two.name());
        assertThat(withheld.path("port").path("hostPort").asInt()).isEqualTo(port);
        assertThat(withheld.path("why").asText()).isEqualTo("'nginx' (pid 7) listens on *:" + port);
        hosts.withhold(two, List.of());
        awaitWithheld(0);
    }

    private JsonNode awaitWithheld(int count) throws Exception {
        return await("withheldPorts", () -> get("/deployments/port-" + run).path("withheldPorts"), ports -> ports.size() == count);
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
        for (String hardlyAny : List.of("PT0S", "PT0.0009S", "-PT1S", "-PT2000000000000000H")) {
            assertThat(call("GET", "/deployments/bad-" + run + "?wait=steady&timeout=" + hardlyAny, null).statusCode()).as(hardlyAny).isEqualTo(200);
        }
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
}
