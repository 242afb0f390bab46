package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.id.BuildId;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How the steps of a build go and went, and an end to them. */
@QuarkusTest
class StepsIT extends BuilderTest {
    private static final Map<String, String> CONTEXT = Map.of("Dockerfile", "FROM scratch\n# of steps\nCOPY kept /kept-by-steps\nENV A=b\nRUN [\"/steps\"]\nRUN [\"/after\"]\n", "kept", "1");

    @Inject @DataSource("image") AgroalDataSource jdbc;

    @Test
    void aBuildTellsItsStepsWhileItGoesOnAndAfterwards() throws Exception {
        build("nocache=1", Map.of("Dockerfile", "FROM scratch\nCOPY kept /kept-by-steps\n", "kept", "1")).get(30, TimeUnit.SECONDS);
        CompletableFuture<List<JsonNode>> build = build("", CONTEXT);
        BuildEvent.ContainerWanted first = wanted();
        BuildId id = first.id();
        assertThat(states(id)).containsExactly("1 DONE", "2 CACHED", "3 DONE", "4 RUNNING", "5 WAITING");
        JsonNode going = get("/builds/" + id).path("steps").path(3);
        assertThat(going.path("container").asText()).isEqualTo(first.container().value());
        assertThat(going.has("millis")).isFalse();
        exit(first, 0, "2026-01-01T00:00:00.0Z stdout F some words\n", tar(Map.of("x", "y")));
        exit(wanted(), 0, "", tar(Map.of("z", "")));
        List<JsonNode> events = build.get(30, TimeUnit.SECONDS);
        assertThat(events.getFirst().path("build").asText()).isEqualTo(id.value());
        assertThat(events.getLast().path("build").asText()).isEqualTo(id.value());
        assertThat(events.stream().filter(event -> event.has("done"))).extracting(event -> event.path("of").asInt()).containsExactly(1, 2, 3, 4, 5);
        JsonNode view = get("/builds/" + id);
        assertThat(states(view.path("steps"))).containsExactly("1 DONE", "2 CACHED", "3 DONE", "4 RAN", "5 RAN");
        JsonNode ran = view.path("steps").path(3);
        assertThat(ran.path("line").asInt()).isEqualTo(5);
        assertThat(ran.path("stage").asText()).isEqualTo("0");
        assertThat(ran.path("instruction").asText()).isEqualTo("RUN [\"/steps\"]");
        assertThat(Instant.parse(ran.path("startedAt").asText())).isBetween(Instant.parse(view.path("startedAt").asText()), Instant.parse(view.path("finishedAt").asText()));
        assertThat(ran.path("millis").isNumber()).isTrue();
        assertThat(ran.path("key").asText()).startsWith("sha256:");
        assertThat(ran.path("missed").path(0).path("reason").asText()).isEqualTo("NEW");
        assertThat(ran.path("log").asText()).isEqualTo("/api/v1/builds/" + id + "/log?step=4");
        assertThat(ask("GET", "/builds/" + id + "/log?step=4").body()).isEqualTo("some words\n");
        assertThat(ask("GET", "/builds/" + id + "/log?step=5").body()).isEmpty();
        assertThat(ask("GET", "/builds/" + id + "/log?step=6").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/builds/" + id + "/log").statusCode()).isEqualTo(400);
        assertThat(ask("GET", "/builds/none/log?step=1").statusCode()).isEqualTo(404);
        assertThat(get("/builds").path("items").path(0).has("steps")).as("of a list").isFalse();
        assertThat(build("", CONTEXT).get(30, TimeUnit.SECONDS).stream().filter(event -> event.has("cached"))).extracting(event -> event.path("of").asInt()).containsExactly(2, 4, 5);
    }

    @Test
    void aBuildThatFailedKeepsWhereAndWhatItWrote() throws Exception {
        registry.push("steps/base", "1", SampleImage.of(Map.of("bin/sh", "#!")));
        CompletableFuture<List<JsonNode>> build = build("dockerfile=sub/Other", Map.of("sub/Other", "FROM steps/base:1 AS web\nRUN false \\\n  && true\nRUN next\n"));
        BuildEvent.ContainerWanted wanted = wanted();
        StringBuilder log = new StringBuilder();
        for (int i = 1; i <= 30; i++) {
            log.append("2026-01-01T00:00:00.0Z stdout F line ").append(i).append('\n');
        }
        exit(wanted, 1, log.toString(), new byte[0]);
        assertThat(error(build)).isEqualTo("sub/Other:2: RUN false && true: ended with exit code 1");
        JsonNode view = get("/builds/" + wanted.id());
        assertThat(view.path("detail").asText()).isEqualTo("sub/Other:2: RUN false && true: ended with exit code 1");
        assertThat(states(view.path("steps"))).containsExactly("1 DONE", "2 FAILED", "3 WAITING");
        JsonNode failure = view.path("failure");
        assertThat(failure.path("line").asInt()).isEqualTo(2);
        assertThat(failure.path("file").asText()).isEqualTo("sub/Other");
        assertThat(failure.path("exitCode").asInt()).isEqualTo(1);
        assertThat(failure.path("output")).hasSize(20);
        assertThat(failure.path("output").path(19).asText()).isEqualTo("line 30");
        assertThat(ask("GET", "/builds/" + wanted.id() + "/log?step=2").body()).startsWith("line 1\n").endsWith("line 30\n");
    }

    @Test
    void newerBuildsTakeThePlaceOfWhatOlderOnesWrote() throws Exception {
        BuildId older = wrote("/older");
        assertThat(ask("GET", "/builds/" + older + "/log?step=2").body()).isEqualTo("words\n");
        try (Connection connection = jdbc.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("insert into build (id, status, tags, started_at) select 'build-played-' || n, 'FINISHED', '[]', now() + interval '1 hour' from generate_series(1, 199) n");
            try {
                BuildId newer = wrote("/newer");
                assertThat(ask("GET", "/builds/" + newer + "/log?step=2").body()).isEqualTo("words\n");
                assertThat(ask("GET", "/builds/" + older + "/log?step=2").body()).isEmpty();
                assertThat(states(older)).as("how they went stays").containsExactly("1 DONE", "2 RAN");
            } finally {
                statement.execute("delete from build where id like 'build-played-%'");
            }
        }
    }

    private BuildId wrote(String program) throws Exception {
        CompletableFuture<List<JsonNode>> build = build("nocache=1", Map.of("Dockerfile", "FROM scratch\nRUN [\"" + program + "\"]\n"));
        BuildEvent.ContainerWanted wanted = wanted();
        exit(wanted, 0, "2026-01-01T00:00:00.0Z stdout F words\n", tar(Map.of("x", "y")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        return wanted.id();
    }

    @Test
    void aBuildThatIsCancelledEndsAndNothingOfItStays() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("tag=steps/cancelled:1", Map.of("Dockerfile", "FROM scratch AS a\nRUN [\"/sleep\"]\nFROM scratch\nRUN [\"/other\"]\nCOPY --from=a /x /\n"));
        BuildEvent.ContainerWanted one = wanted();
        BuildEvent.ContainerWanted other = wanted();
        assertThat(ask("POST", "/builds/" + one.id() + "/cancel").statusCode()).isEqualTo(204);
        List<JsonNode> events = build.get(30, TimeUnit.SECONDS);
        assertThat(events.getLast().path("error").path("detail").asText()).isEqualTo("the build was cancelled");
        for (BuildEvent.ContainerWanted each : List.of(one, other)) {
            builds.next(BuildEvent.ContainerUnwanted.class, gone -> gone.container().equals(each.container()));
        }
        assertThat(states(one.id())).containsExactly("1 DONE", "2 CANCELLED", "3 DONE", "4 CANCELLED", "5 WAITING");
        assertThat(get("/builds/" + one.id()).path("status").asText()).isEqualTo("FAILED");
        assertThat(Installation.data().resolve("builds")).isEmptyDirectory();
        assertThat(registry.send("GET", "/v2/steps/cancelled/manifests/1").statusCode()).isEqualTo(404);
        assertThat(ask("POST", "/builds/" + one.id() + "/cancel").statusCode()).isEqualTo(409);
        assertThat(ask("POST", "/builds/none/cancel").statusCode()).isEqualTo(404);
    }
}
