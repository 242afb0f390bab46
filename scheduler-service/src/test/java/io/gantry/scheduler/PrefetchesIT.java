package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed.Prefetched;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Images that somebody wants on nodes ahead: what nodes are told, what they say, and that it ends. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class PrefetchesIT extends SchedulerScene {
    @Test
    void nodesAreToldAndWhatTheySayIsShownUntilItIsTakenAway() throws Exception {
        String image = "shop/wished-" + run + ":1";
        ResolvedImage pushed = push("shop/wished-" + run, "1");
        JsonNode made = make("{\"image\":\"%s\",\"nodes\":[\"%s\",\"%s\"]}".formatted(image, two.name(), one.id()));
        String id = made.path("id").asText();
        assertThat(made.path("manifest").asText()).isEqualTo(pushed.manifest().value());
        assertThat(made.path("nodes").findValuesAsText("state")).containsExactly("WAITING", "WAITING");
        assertThat(await("what nodes were told", () -> prefetches(id), told -> told.size() == 2))
                .containsExactlyInAnyOrderEntriesOf(Map.of(one.id().value(), pushed.manifest().value(), two.id().value(), pushed.manifest().value()));
        hosts.prefetched(one, List.of(new Prefetched(id, pushed.manifest(), Prefetched.State.HERE, null, true)));
        hosts.prefetched(two, List.of(new Prefetched(id, pushed.manifest(), Prefetched.State.FAILED, "layer x: no such blob")));
        JsonNode seen = await("what they say", () -> get("/prefetches/" + id), view -> !view.toString().contains("WAITING"));
        assertThat(seen.path("nodes").toString()).contains("\"name\":\"" + one.name() + "\",\"state\":\"PRESENT\"").contains("\"state\":\"FAILED\",\"why\":\"layer x: no such blob\"");
        assertThat(get("/prefetches").path("items").findValuesAsText("id")).contains(id);
        assertThat(get("/images-in-use").path("items").findValuesAsText("by")).contains(id);
        assertThat(call("DELETE", "/prefetches/" + id, null).statusCode()).isEqualTo(204);
        await("what nodes are told once it is taken away", () -> prefetches(id), Map::isEmpty);
        assertThat(call("GET", "/prefetches/" + id, null).statusCode()).isEqualTo(404);
        assertThat(get("/images-in-use").path("items").findValuesAsText("by")).doesNotContain(id);
    }

    /** Far below the time after which it is looked at again, whatever was heard. */
    @Test
    void whoWaitsIsAnsweredWhenAFurtherNodeHasItOrTheTimeIsOver() throws Exception {
        ResolvedImage pushed = push("shop/awaited-" + run, "1");
        String id = make("{\"image\":\"shop/awaited-%s:1\",\"nodes\":[\"%s\",\"%s\"]}".formatted(run, one.name(), two.name())).path("id").asText();
        CompletableFuture<JsonNode> first = waiting(id, 1, "PT30S");
        hosts.prefetched(one, List.of(new Prefetched(id, pushed.manifest(), Prefetched.State.HERE, null)));
        assertThat(first.get(8, TimeUnit.SECONDS).path("nodes").findValuesAsText("state")).containsExactlyInAnyOrder("FETCHED", "WAITING");
        CompletableFuture<JsonNode> all = waiting(id, 7, "PT30S");
        hosts.prefetched(two, List.of(new Prefetched(id, pushed.manifest(), Prefetched.State.COMING, null)));
        JsonNode late = waiting(id, 2, "PT0.5S").get(8, TimeUnit.SECONDS);
        assertThat(late.path("nodes").findValuesAsText("state")).doesNotContain("NO_ROOM");
        assertThat(all).isNotDone();
        hosts.prefetched(two, List.of(new Prefetched(id, pushed.manifest(), Prefetched.State.NO_ROOM, "its disk is full to 91 %")));
        assertThat(all.get(8, TimeUnit.SECONDS).path("nodes").findValuesAsText("state")).containsExactlyInAnyOrder("FETCHED", "NO_ROOM");
        assertThat(call("GET", "/prefetches/" + id + "?wait=0", null).body()).contains("wait is how many nodes are to be waited for, at least 1, got 0");
        assertThat(call("GET", "/prefetches/" + id + "?wait=1&timeout=soon", null).statusCode()).isEqualTo(400);
    }

    private CompletableFuture<JsonNode> waiting(String id, int many, String timeout) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(get("/prefetches/" + id + "?wait=" + many + "&timeout=" + timeout));
            } catch (Exception | AssertionError e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    @Test
    void itEndsWhenItsTimeIsOver() throws Exception {
        push("shop/short-" + run, "1");
        JsonNode made = make("{\"image\":\"shop/short-%s:1\",\"nodes\":[\"%s\"],\"keep\":\"PT2S\"}".formatted(run, one.name()));
        String id = made.path("id").asText();
        await("what the node was told", () -> prefetches(id), told -> told.size() == 1);
        await("what the node is told once it is over", () -> prefetches(id), Map::isEmpty);
        assertThat(call("GET", "/prefetches/" + id, null).statusCode()).isEqualTo(404);
    }

    @Test
    void whatMakesNoSenseIsRefusedByItsField() throws Exception {
        push("shop/known-" + run, "1");
        String image = "shop/known-" + run + ":1";
        refused("{\"image\":\"shop/none-%s:1\"}".formatted(run), 404, "image-not-found", "there is no image 'shop/none-" + run + ":1'");
        refused("{\"image\":\"%s\",\"nodes\":[\"%s\",\"nowhere\"]}".formatted(image, one.name()), 404, "not-found", "no node is called 'nowhere'");
        refused("{\"image\":\"%s\",\"nodes\":[]}".formatted(image), 400, "invalid-field", "nodes names 0");
        refused("{\"image\":\"%s\",\"keep\":\"P31D\"}".formatted(image), 400, "invalid-field", "keep is PT744H");
        refused("{\"image\":\"UPPER\"}", 400, "invalid-field", "image is 'UPPER'");
        refused("{}", 400, "invalid-field", "image is missing");
        assertThat(call("GET", "/prefetches/none", null).statusCode()).isEqualTo(404);
        assertThat(call("DELETE", "/prefetches/none", null).statusCode()).isEqualTo(404);
    }

    private void refused(String body, int status, String type, String detail) throws Exception {
        var answer = call("POST", "/prefetches", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("problems/" + type).contains(detail);
    }

    private JsonNode make(String body) throws Exception {
        var answer = call("POST", "/prefetches", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Json.read(answer.body(), JsonNode.class);
    }
}
