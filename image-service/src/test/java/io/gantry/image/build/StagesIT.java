package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.event.BuildEvent;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Stages and steps side by side. */
@QuarkusTest
class StagesIT extends BuilderTest {
    private static final String TWO = """
            FROM scratch AS one
            RUN ["/one"]
            FROM scratch AS two
            RUN ["/two"]
            FROM scratch
            RUN ["/three"]
            COPY --from=one /1 /
            COPY --from=two /2 /
            """;

    @Test
    void stagesThatNeedNothingOfEachOtherGoTogether() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("tag=stages/two:1&nocache=1", Map.of("Dockerfile", TWO));
        // none of them ends before all have begun
        Map<String, BuildEvent.ContainerWanted> all = wanted(3);
        assertThat(all).containsOnlyKeys("/one", "/two", "/three");
        assertThat(states(all.get("/one").id())).containsExactly("1 DONE", "2 RUNNING", "3 DONE", "4 RUNNING", "5 DONE", "6 RUNNING", "7 WAITING", "8 WAITING");
        exit(all.get("/three"), 0, "", tar(Map.of("3", "c")));
        exit(all.get("/two"), 0, "2026-01-01T00:00:00.0Z stdout F of two\n", tar(Map.of("2", "b")));
        exit(all.get("/one"), 0, "", tar(Map.of("1", "a")));
        List<JsonNode> events = build.get(30, TimeUnit.SECONDS);
        assertThat(events.getLast().has("image")).as(events.toString()).isTrue();
        assertThat(events.stream().filter(event -> event.has("stream"))).extracting(JsonNode::toString).containsExactly("{\"stream\":\"of two\\n\",\"of\":4}");
        assertThat(states(all.get("/one").id())).containsExactly("1 DONE", "2 RAN", "3 DONE", "4 RAN", "5 DONE", "6 RAN", "7 RAN", "8 RAN");
    }

    @Test
    void inWhateverOrderTheyEndTheImageIsTheSame() throws Exception {
        String image = null;
        for (List<String> order : List.of(List.of("/one", "/two", "/three"), List.of("/three", "/two", "/one"), List.of("/two", "/one", "/three"))) {
            CompletableFuture<List<JsonNode>> build = build("nocache=1&buildarg=SOURCE_DATE_EPOCH=1767225600", Map.of("Dockerfile", TWO));
            Map<String, BuildEvent.ContainerWanted> all = wanted(3);
            for (String each : order) {
                exit(all.get(each), 0, "", tar(Map.of(Integer.toString(List.of("/one", "/two", "/three").indexOf(each) + 1), each)));
                builds.next(BuildEvent.ContainerUnwanted.class, gone -> gone.container().equals(all.get(each).container()));
            }
            JsonNode end = build.get(30, TimeUnit.SECONDS).getLast();
            assertThat(end.has("image")).as(end.toString()).isTrue();
            assertThat(image == null ? end.path("image").asText() : image).as(order.toString()).isEqualTo(end.path("image").asText());
            image = end.path("image").asText();
        }
    }

    @Test
    void noMoreStepsGoAtOnceThanTheSettingSaysAndStagesThatNobodyNeedsDont() throws Exception {
        StringBuilder dockerfile = new StringBuilder("FROM scratch AS unneeded\nRUN [\"/never\"]\n");
        for (int i = 0; i < 6; i++) {
            dockerfile.append("FROM scratch AS s%d\nRUN [\"/r%d\"]\n".formatted(i, i));
        }
        dockerfile.append("FROM scratch\n");
        for (int i = 0; i < 6; i++) {
            dockerfile.append("COPY --from=s%d /f%d /\n".formatted(i, i));
        }
        CompletableFuture<List<JsonNode>> build = build("nocache=1", Map.of("Dockerfile", dockerfile.toString()));
        Map<String, BuildEvent.ContainerWanted> first = wanted(4);
        assertThat(first).containsOnlyKeys("/r0", "/r1", "/r2", "/r3");
        assertThat(states(first.get("/r0").id()).stream().filter(state -> state.endsWith("RUNNING"))).hasSize(4);
        exit(first.get("/r2"), 0, "", tar(Map.of("f2", "")));
        BuildEvent.ContainerWanted next = wanted();
        assertThat(next.spec().command()).containsExactly("/r4");
        for (int i : List.of(0, 1, 3)) {
            exit(first.get("/r" + i), 0, "", tar(Map.of("f" + i, "")));
        }
        exit(next, 0, "", tar(Map.of("f4", "")));
        BuildEvent.ContainerWanted last = wanted();
        assertThat(last.spec().command()).containsExactly("/r5");
        exit(last, 0, "", tar(Map.of("f5", "")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
    }

    @Test
    void oneThatFailsEndsTheOthersAndIsTheOneToBlame() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("nocache=1", Map.of("Dockerfile", TWO));
        Map<String, BuildEvent.ContainerWanted> all = wanted(3);
        exit(all.get("/two"), 7, "2026-01-01T00:00:00.0Z stderr F no\n", new byte[0]);
        JsonNode end = build.get(30, TimeUnit.SECONDS).getLast();
        assertThat(end.path("error").path("detail").asText()).isEqualTo("Dockerfile:4: RUN [\"/two\"]: ended with exit code 7");
        for (BuildEvent.ContainerWanted each : all.values()) {
            builds.next(BuildEvent.ContainerUnwanted.class, gone -> gone.container().equals(each.container()));
        }
        assertThat(states(all.get("/one").id())).containsExactly("1 DONE", "2 CANCELLED", "3 DONE", "4 FAILED", "5 DONE", "6 CANCELLED", "7 WAITING", "8 WAITING");
        assertThat(builds.next(BuildEvent.Failed.class, each -> each.id().equals(all.get("/one").id())).step()).isEqualTo(4);
    }

    @Test
    void whatTwoStagesDoAlikeIsDoneOnce() throws Exception {
        String dockerfile = """
                FROM scratch AS left
                RUN ["/alike"]
                FROM scratch AS right
                RUN ["/alike"]
                FROM scratch
                COPY --from=left /x /l
                COPY --from=right /x /r
                """;
        CompletableFuture<List<JsonNode>> build = build("", Map.of("Dockerfile", dockerfile));
        BuildEvent.ContainerWanted only = wanted();
        exit(only, 0, "", tar(Map.of("x", "y")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        assertThat(states(only.id()).stream().filter(state -> state.matches("[24] .*")).map(state -> state.substring(2))).containsExactlyInAnyOrder("RAN", "CACHED");
    }

    @Test
    void aTriggerThatTakesFilesOfAStageWaitsForIt() throws Exception {
        JsonNode base = build("tag=stages/trigger:1", Map.of("Dockerfile", "FROM scratch\nONBUILD COPY --from=made /out /in\n")).get(30, TimeUnit.SECONDS).getLast();
        assertThat(base.has("image")).isTrue();
        String dockerfile = "FROM scratch AS made\nRUN [\"/make\"]\nFROM stages/trigger:1\nCOPY --from=made /out /own\n";
        CompletableFuture<List<JsonNode>> build = build("nocache=1", Map.of("Dockerfile", dockerfile));
        BuildEvent.ContainerWanted make = wanted();
        exit(make, 0, "", tar(Map.of("out", "made")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        assertThat(states(make.id())).containsExactly("1 DONE", "2 RAN", "3 DONE", "3-1 RAN", "4 RAN");
    }

    /** So many, whichever is asked for first, by their programs. */
    private Map<String, BuildEvent.ContainerWanted> wanted(int count) {
        Map<String, BuildEvent.ContainerWanted> all = new HashMap<>();
        List<String> seen = new ArrayList<>();
        while (seen.size() < count) {
            BuildEvent.ContainerWanted one = wanted();
            seen.add(one.spec().command().getFirst());
            all.put(seen.getLast(), one);
        }
        return all;
    }
}
