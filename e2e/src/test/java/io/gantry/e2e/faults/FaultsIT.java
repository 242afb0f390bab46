package io.gantry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.Kernel;
import io.gantry.e2e.stage.Busybox;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The five services as five processes with five database roles; what breaks takes nothing else with it and loses nothing. */
class FaultsIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path HOME = Path.of("target/faults").toAbsolutePath();
    private static final Stage STAGE = new Stage(ROOT, HOME, 3000, "gantryf", "10.78.0", 12, 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Something that only this service answers. */
    private static final Map<String, String> QUESTIONS =
            Map.of(
                    "image-service", "/images",
                    "container-service", "/containers",
                    "network-service", "/networks",
                    "scheduler-service", "/nodes");

    @BeforeAll
    static void start() throws IOException {
        STAGE.gantry("down", "--data");
        STAGE.gantry("up", "--split", "--hosts", "1");
        Busybox.push(STAGE);
    }

    @AfterAll
    static void stop() {
        STAGE.gantry("down", "--data");
    }

    @Test
    void oneServiceThatIsKilledLeavesTheOthersAnsweringAndContainersRunning() {
        String id = create("survivor", true).path("id").asText();
        int pid = STAGE.pid(id);
        String started = Kernel.startTime(pid);
        for (String killed : QUESTIONS.keySet()) {
            STAGE.gantry("service", "kill", killed);
            QUESTIONS.forEach((service, question) ->
                    assertThat(STAGE.rest().status("GET", question, null))
                            .as(service + " after " + killed + " was killed")
                            .isEqualTo(service.equals(killed) ? 503 : 200));
            STAGE.gantry("service", "start", killed);
            assertThat(STAGE.rest().status("GET", QUESTIONS.get(killed), null)).as(killed + " again").isEqualTo(200);
        }
        assertThat(Kernel.startTime(pid)).isEqualTo(started);
    }

    @Test
    void aDatabaseThatCrashesLosesNothingThatWasAccepted() throws IOException {
        List<String> accepted = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; accepted.size() < 8 && System.nanoTime() < deadline; i++) {
            if (i == 4) {
                crashPostgres();
            }
            String name = "durable-" + i;
            if (STAGE.rest().status("POST", "/containers", body(name, false)) == 201) {
                accepted.add(name);
            }
        }
        assertThat(accepted).as("accepted before and after the crash").hasSize(8);
        for (String name : accepted) {
            awaitState(name, "CREATED");
        }
        // what was not accepted is whole or not there at all
        for (JsonNode container : STAGE.rest().get("/containers?all=true").path("items")) {
            if (container.path("name").asText().startsWith("durable-")) {
                awaitState(container.path("name").asText(), "CREATED");
            }
        }
    }

    private static JsonNode create(String name, boolean start) {
        return STAGE.rest().post("/containers", body(name, start));
    }

    private static String body(String name, boolean start) {
        return """
               {"name": "%s", "start": %s, "spec": {"image": "%s", "command": ["sleep", "1000"], "resources": {"memory": 16777216}}}"""
                .formatted(name, start, Busybox.IMAGE);
    }

    private static JsonNode awaitState(String name, String state) {
        return Expect.eventually(PATIENCE, () -> {
            JsonNode view = STAGE.rest().get("/containers/" + name);
            Expect.same("state of " + name, state, view.path("state").asText());
            return view;
        });
    }

    /** One killed session makes PostgreSQL end all and recover from its log, as after a crash of the host. */
    private static void crashPostgres() throws IOException {
        long postmaster = Long.parseLong(Files.readAllLines(HOME.resolve("data/backbone/postgres/postmaster.pid")).getFirst().strip());
        ProcessHandle.of(postmaster).orElseThrow().children().findFirst().orElseThrow().destroyForcibly();
    }
}
