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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The five services as five processes with five database roles; what breaks takes nothing else with it and loses nothing. */
class FaultsIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path HOME = Path.of("target/faults").toAbsolutePath();
    private static final Stage STAGE = new Stage(ROOT, HOME, 3000, "gantryf", "10.78.0", 12, 2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The broker looks for what can be compacted every 15 s; a tombstone goes with the second round. */
    private static final Duration COMPACTION = Duration.ofSeconds(120);
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
        STAGE.gantry("up", "--split", "--hosts", "2");
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

    @Test
    void anAgentAwayPastCompactionNeitherResurrectsNorLeaks() throws Exception {
        List<String> kept = Stream.of("kept-1", "kept-2").map(FaultsIT::createOnFirst).toList();
        List<String> gone = Stream.of("gone-1", "gone-2").map(FaultsIT::createOnFirst).toList();
        Map<String, Process> before = new HashMap<>();
        Stream.concat(kept.stream(), gone.stream()).forEach(id -> before.put(id, Process.of(STAGE.pid(id))));

        STAGE.gantry("host", "kill", "1");
        // the other host is still heard
        gone.forEach(id -> awaitState(id, "LOST"));
        gone.forEach(id -> assertThat(STAGE.rest().status("DELETE", "/containers/" + id + "?force=true", null)).isEqualTo(204));
        gone.forEach(id -> assertThat(Kernel.runs(before.get(id).pid())).as("nobody has told its host").isTrue());
        try (CompactedTopic desired = new CompactedTopic("gantry.node.desired", STAGE.port(7092))) {
            desired.compactSoon();
            Expect.eventually(COMPACTION, () -> {
                desired.closeSegments();
                List<String> keys = desired.keys();
                Expect.that(keys.stream().noneMatch(key -> gone.stream().anyMatch(key::endsWith)), "the log speaks of what is gone");
                return keys;
            });
            assertThat(desired.keys()).as("the log speaks of what is kept").anyMatch(key -> key.endsWith(kept.getFirst()));
        }
        STAGE.gantry("service", "kill", "container-service");
        STAGE.gantry("service", "start", "container-service");
        STAGE.gantry("host", "start", "1");

        Expect.eventually(PATIENCE, () -> {
            gone.forEach(id -> Expect.that(before.get(id).nothingLeft(), id + " still has processes or groups"));
            gone.forEach(id -> Expect.that(Files.notExists(folder(id)), id + " still has a folder"));
            return gone;
        });
        for (String id : kept) {
            JsonNode view = awaitState(id, "RUNNING");
            assertThat(view.path("pid").asInt()).isEqualTo(before.get(id).pid());
            assertThat(Kernel.startTime(before.get(id).pid())).as("it is the same process").isEqualTo(before.get(id).started());
            assertThat(folder(id)).exists();
        }
        gone.forEach(id -> assertThat(STAGE.rest().status("GET", "/containers/" + id, null)).isEqualTo(404));
    }

    private static Path folder(String container) {
        return HOME.resolve("data/agent-1/containers").resolve(container);
    }

    /** @param group its memory cgroup on this machine */
    private record Process(int pid, String started, Path group) {
        static Process of(int pid) {
            return new Process(pid, Kernel.startTime(pid), Kernel.group(pid, "memory"));
        }

        boolean nothingLeft() {
            return !Kernel.runs(pid) && Files.notExists(group);
        }
    }

    private static JsonNode create(String name, boolean start) {
        return STAGE.rest().post("/containers", body(name, start));
    }

    private static String createOnFirst(String name) {
        return STAGE.rest().post("/containers", body(name, true, "\"host-1\"")).path("id").asText();
    }

    private static String body(String name, boolean start) {
        return body(name, start, "null");
    }

    private static String body(String name, boolean start, String node) {
        return """
               {"name": "%s", "start": %s, "spec": {"image": "%s", "command": ["sleep", "1000"], "nodeName": %s,
                "resources": {"memory": 16777216}}}"""
                .formatted(name, start, Busybox.IMAGE, node);
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
