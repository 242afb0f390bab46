package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.image.fixture.Installation;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a build would do, and why; that the build then does just that. */
@QuarkusTest
class ForecastIT extends BuilderTest {
    private static final String DOCKERFILE = """
            FROM scratch AS made
            ARG WHO=me
            COPY lock /src/
            RUN ["/install"]
            COPY src /src/code
            RUN --mount=source=tool,target=/tool ["/compile"]
            FROM scratch
            WORKDIR /srv
            RUN ["/prepare"]
            COPY --from=made /out /srv/
            COPY --link static /srv/static
            """;

    private static final Map<String, String> CONTEXT = Map.of("Dockerfile", DOCKERFILE, "lock", "1", "src/a", "a", "src/b", "b", "tool", "t", "static/x", "x", "left.log", "", ".dockerignore", "*.log\n");

    @Test
    void whatWouldBeMadeIfAFileChangedIsMadeWhenItChanges() throws Exception {
        Map<String, String> context = new TreeMap<>(CONTEXT);
        carriedOut("", context);
        assertThat(made(forecast("", context))).isEmpty();
        for (Map.Entry<String, List<Integer>> each : Map.of("lock", List.of(3, 4, 5, 6, 10), "src/b", List.of(5, 6, 10), "tool", List.of(6, 10), "static/x", List.of(11)).entrySet()) {
            JsonNode foretold = forecast("&changed=" + each.getKey(), context);
            assertThat(made(foretold)).as(each.getKey()).isEqualTo(each.getValue());
            assertThat(made(forecast("", context))).as("nothing was made by that").isEmpty();
            context.put(each.getKey(), context.get(each.getKey()) + "!");
            assertThat(made(forecast("", context))).as(each.getKey()).isEqualTo(each.getValue());
            assertThat(carriedOut("", context)).as(each.getKey()).isEqualTo(each.getValue());
        }
    }

    @Test
    void whyAStepMissedIsSaidBeforeAndAfter() throws Exception {
        String dockerfile = "FROM scratch\nARG WHO=me\nCOPY why /why-it-missed\nRUN [\"/why\"]\nRUN [\"/then\"]\n";
        carriedOut("", Map.of("Dockerfile", dockerfile, "why", "1"));
        assertThat(why(forecast("&buildarg=WHO=you", Map.of("Dockerfile", dockerfile, "why", "1")))).containsExactly("4 the build argument WHO is another", "5 it goes on another layer, made by step 4 (RUN [\"/why\"])", "5 the build argument WHO is another");
        assertThat(why(forecast("", Map.of("Dockerfile", dockerfile, "why", "2"))))
                .containsExactly("3 the file why is another", "4 it goes on another layer, made by step 3 (COPY why /why-it-missed)", "5 it goes on another layer, made by step 4 (RUN [\"/why\"])");
        assertThat(why(forecast("", Map.of("Dockerfile", dockerfile.replace("/then", "/later"), "why", "1")))).containsExactly("5 the instruction is another; it was RUN [\"/then\"]");
        assertThat(why(forecast("&nocache=1", Map.of("Dockerfile", dockerfile, "why", "1"))).getFirst()).isEqualTo("3 the build takes nothing from before");
        JsonNode steps = steps("&buildarg=WHO=you", Map.of("Dockerfile", dockerfile, "why", "1"));
        assertThat(why(steps)).containsExactly("4 the build argument WHO is another", "5 it goes on another layer, made by step 4 (RUN [\"/why\"])", "5 the build argument WHO is another");
    }

    @Test
    void aForecastLeavesNothingAndRefusesFilesThatNobodySees() throws Exception {
        int before = get("/builds?limit=1000").path("items").size();
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch\nCOPY foretold /only-foretold\nRUN [\"/never\"]\n", "foretold", "1", "left.log", "", ".dockerignore", "*.log\n");
        List<JsonNode> lines = build("explain=true", context).get(30, TimeUnit.SECONDS);
        assertThat(lines).hasSize(1);
        assertThat(states(lines.getFirst().path("forecast"))).containsExactly("1 DONE", "2 RAN", "3 RAN");
        assertThat(states(build("explain=true", context).get(30, TimeUnit.SECONDS).getFirst().path("forecast"))).as("nothing was kept").containsExactly("1 DONE", "2 RAN", "3 RAN");
        assertThat(get("/builds?limit=1000").path("items").size()).isEqualTo(before);
        assertThat(Installation.data().resolve("builds")).isEmptyDirectory();
        assertThat(error(build("explain=true&changed=gone", context))).isEqualTo("the context has no file 'gone'");
        assertThat(error(build("explain=true&changed=left.log", context))).isEqualTo("'left.log' is no file that a step can see: it is a folder or link, or .dockerignore leaves it out");
        assertThat(error(build("changed=foretold", context))).isEqualTo("changed is for a forecast: give explain=true, too");
        assertThat(error(build("explain=1", Map.of("Dockerfile", "FROM scratch\nCOPPY a b\n")))).isEqualTo("Dockerfile:2: COPPY a b: 'COPPY' is no instruction");
    }

    @Test
    void whatTwoStagesDoAlikeIsForetoldOnce() throws Exception {
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch AS a\nRUN [\"/foretold-twice\"]\nRUN [\"/more\"]\nFROM scratch\nRUN [\"/foretold-twice\"]\nRUN [\"/more\"]\nCOPY --from=a /x /\n");
        assertThat(states(forecast("", context))).containsExactly("1 DONE", "2 RAN", "3 RAN", "4 DONE", "5 CACHED", "6 CACHED", "7 RAN");
    }

    @Test
    void whatIsMountedOfAStageThatIsNotMadeYetIsForetold() throws Exception {
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch AS a\nRUN [\"/mounted-later\"]\nFROM scratch\nRUN --mount=from=a,source=/made,target=/x [\"/use-it\"]\nRUN --mount=type=cache,from=a,source=/made,target=/x [\"/use-it\"]\n");
        assertThat(states(forecast("", context))).containsExactly("1 DONE", "2 RAN", "3 DONE", "4 RAN", "5 RAN");
    }

    @Test
    void whatTheBuildRefusesTheForecastRefusesThoughAStageIsNotMadeYet() throws Exception {
        for (Map.Entry<String, String> each : Map.of(
                "--network=host", "the build wasn't allowed network.host",
                "--mount=type=secret,id=npm,required", "the build wasn't given the secret 'npm'",
                "--mount=type=ssh,required", "the build wasn't given the ssh agent 'default'",
                "--mount=type=tmpfs,target=/", "nothing can be mounted at /").entrySet()) {
            String dockerfile = "FROM scratch AS a\nRUN [\"/mounted-even-later\"]\nFROM scratch\nRUN --mount=from=a,source=/made,target=/x " + each.getKey() + " [\"/use-it\"]\n";
            assertThat(error(build("explain=true", Map.of("Dockerfile", dockerfile)))).startsWith("Dockerfile:4: ").contains(each.getValue());
        }
    }

    private JsonNode forecast(String query, Map<String, String> context) throws Exception {
        JsonNode last = build("explain=true" + query, context).get(30, TimeUnit.SECONDS).getLast();
        assertThat(last.has("forecast")).as(last.toString()).isTrue();
        return last.path("forecast");
    }

    /** @return numbers of the steps that made something */
    private List<Integer> carriedOut(String query, Map<String, String> context) throws Exception {
        return made(steps(query, context));
    }

    /** Builds; each container writes what no other one did before it. */
    private JsonNode steps(String query, Map<String, String> context) throws Exception {
        CompletableFuture<List<JsonNode>> build = build(query, context);
        while (!build.isDone()) {
            Optional<BuildEvent.ContainerWanted> wanted = builds.soon(BuildEvent.ContainerWanted.class);
            if (wanted.isPresent()) {
                exit(wanted.get(), 0, "", tar(Map.of("out", wanted.get().container().value())));
            }
        }
        JsonNode end = build.get().getLast();
        assertThat(end.has("image")).as(end.toString()).isTrue();
        return get("/builds/" + end.path("build").asText()).path("steps");
    }

    private static List<Integer> made(JsonNode steps) {
        List<Integer> made = new ArrayList<>();
        steps.forEach(step -> {
            if (step.path("state").asText().equals("RAN")) {
                made.add(step.path("step").asInt());
            }
        });
        return made;
    }

    private static List<String> why(JsonNode steps) {
        List<String> all = new ArrayList<>();
        steps.forEach(step -> step.path("missed").forEach(why -> all.add(step.path("step").asInt() + " " + why.path("detail").asText())));
        return all;
    }
}
