package io.gantry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The five services as five processes with five database roles; what breaks takes nothing else with it and loses nothing. */
class FaultsIT implements KilledRegistry {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path HOME = Path.of("target/faults").toAbsolutePath();
    private static final Stage STAGE = new Stage(ROOT, HOME, 3000, "gantryf", "10.78.0", 12, 2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The broker looks for what can be compacted every 15 s; a tombstone goes with the second round. */
    private static final Duration COMPACTION = Duration.ofSeconds(120);
    private static final Duration LONGER_THAN_SUSPECT = Duration.ofSeconds(5);
    /** Seconds to sleep, so that a process is known by its command. */
    private static final int UNDER_WAY = 87_000;
    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();
    /** Something that only this service answers. */
    private static final Map<String, String> QUESTIONS =
            Map.of(
                    "image-service", "/images",
                    "container-service", "/containers",
                    "network-service", "/networks",
                    "scheduler-service", "/nodes");
    private static final Map<String, Integer> PORTS =
            Map.of("image-service", 7081, "container-service", 7082, "network-service", 7083, "scheduler-service", 7084);

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

    @Override
    public Stage stage() {
        return STAGE;
    }

    @Test
    void eachServiceTellsItsHealthItsMetricsAndItsApi() {
        create("measured", true, 1000);
        PORTS.forEach((service, port) -> {
            ServicePages pages = new ServicePages(STAGE.port(port));
            assertThat(pages.page("/q/health/ready").body()).as(service).contains("\"status\": \"UP\"").contains("PostgreSQL", "Messaging");
            assertThat(pages.page("/q/metrics").body()).as(service).contains("gantry_hop_commit_seconds_count{service=\"" + service + "\"}");
            assertThat(pages.page("/q/openapi").body()).as(service).startsWith("---").contains("openapi: 3.1", "  /" + service + "/");
        });
        // the one that a container's creation has certainly come by
        assertThat(new ServicePages(STAGE.port(PORTS.get("network-service"))).page("/q/metrics").body())
                .containsPattern("gantry_hop_effect_seconds_count\\{service=\"network-service\"} [1-9]");
        ServicePages edge = new ServicePages(STAGE.port(7080));
        assertThat(edge.page("/q/health/ready").statusCode()).isEqualTo(200);
        assertThat(edge.page("/q/metrics").statusCode()).as("without a token").isEqualTo(401);
    }

    @Test
    void everyTopicReadOnceMoreByAllServicesChangesNothing() {
        create("before-replay", true, 86_450);
        create("gone-before-replay", true, 86_451);
        STAGE.rest().deleteIfThere("/containers/gone-before-replay?force=true");
        assertThat(STAGE.rest().status("POST", "/deployments", deployment("replayed", 2, 86_452))).isEqualTo(201);
        STAGE.steady("replayed", 2, PATIENCE);
        assertThat(STAGE.rest().status("POST", "/deployments/replayed/scale?replicas=1", "")).isEqualTo(200);
        STAGE.steady("replayed", 1, PATIENCE);
        try (Replay replay = new Replay(STAGE.port(7092))) {
            replay.awaitRead(PATIENCE);
            Map<String, String> views = views();
            Map<String, Long> facts = replay.facts();
            List<String> processes = processes();

            QUESTIONS.keySet().forEach(service -> STAGE.gantry("service", "kill", service));
            replay.fromTheStart(PATIENCE);
            STAGE.gantry("service", "start", "all");
            replay.awaitRead(PATIENCE);

            assertThat(views()).isEqualTo(views);
            assertThat(replay.facts()).as("facts, since a consequence would be one more").isEqualTo(facts);
            assertThat(processes()).isEqualTo(processes);
        }
    }

    /** All that can be asked for, but for when a node was heard. */
    private static Map<String, String> views() {
        return Stream.of("/containers?all=true", "/deployments", "/networks", "/nodes", "/images", "/rules", "/builds", "/endpoints", "/ports")
                .collect(Collectors.toMap(
                        path -> path, path -> STAGE.rest().get(path).toPrettyString().replaceAll("\"lastSeen\" : \"[^\"]*\"", "")));
    }

    /** Every {@code sleep} of the machine with its start. */
    private static List<String> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> command(process.pid()).startsWith("sleep 86"))
                .map(process -> command(process.pid()) + " of " + process.pid() + " since " + Kernel.startTime((int) process.pid()))
                .sorted()
                .toList();
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
            if (STAGE.rest().status("POST", "/containers", body(name, false, 1000)) == 201) {
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

    /** Each once, at a moment of chance while requests are under way. {@code -Dseed=n} has the same order and moments again. */
    @Test
    void whicheverProcessIsKilledTheOthersAnswerAndNothingAcceptedIsLostOrDoneTwice() {
        int survivor = STAGE.pid(create("survivor", true, 1000).path("id").asText());
        String started = Kernel.startTime(survivor);
        long seed = Long.getLong("seed", System.nanoTime());
        Random chance = new Random(seed);
        List<Victim> victims = new ArrayList<>(Victim.ALL);
        Collections.shuffle(victims, chance);
        Map<String, CompletableFuture<Integer>> answers = new LinkedHashMap<>();
        for (Victim victim : victims) {
            for (int i = 0; i < 3; i++) {
                String name = "under-way-" + answers.size();
                answers.put(name, ask("POST", "/containers", body(name, true, UNDER_WAY + answers.size())));
            }
            LockSupport.parkNanos(Duration.ofMillis(chance.nextInt(200)).toNanos());
            victim.kill(STAGE);
            othersAnswer(victim);
            victim.start(STAGE);
        }
        assertThat(Kernel.startTime(survivor)).as("a container that has nothing to do with it").isEqualTo(started);
        String story = "killed in the order " + victims + ", seed " + seed;
        Map<String, Integer> answered = new LinkedHashMap<>();
        answers.forEach((name, answer) -> answered.put(name, answer.join()));
        assertThat(answered.values()).as(story).contains(201);
        int seconds = UNDER_WAY;
        for (Map.Entry<String, Integer> one : answered.entrySet()) {
            int mark = seconds++;
            String name = one.getKey();
            Expect.eventually(PATIENCE, () -> {
                boolean there = STAGE.rest().status("GET", "/containers/" + name, null) == 200;
                Expect.that(there || one.getValue() != 201, name + " was accepted and isn't there; " + story);
                Expect.that(
                        !there || STAGE.rest().get("/containers/" + name).path("state").asText().equals("RUNNING"),
                        name + " is neither running nor gone; " + story);
                Expect.same("processes of " + name + "; " + story, there ? 1L : 0L, sleeping(mark));
                return there;
            });
        }
        for (String name : answered.keySet()) {
            STAGE.rest().deleteIfThere("/containers/" + name + "?force=true");
        }
        Expect.eventually(PATIENCE, () -> {
            Expect.that(!STAGE.rest().get("/endpoints").toString().contains("under-way-"), "addresses are still leased; " + story);
            return story;
        });
        assertThat(IntStream.range(0, answered.size()).mapToLong(i -> sleeping(UNDER_WAY + i)).sum()).as(story).isZero();
    }

    /** As a question to each service shows; without the gateway or the backbone nobody can be asked. */
    private static void othersAnswer(Victim killed) {
        if (QUESTIONS.containsKey(killed.name())) {
            QUESTIONS.forEach((service, question) ->
                    assertThat(STAGE.rest().status("GET", question, null))
                            .as(service + " after " + killed + " was killed")
                            .isEqualTo(service.equals(killed.name()) ? 503 : 200));
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

    private static String createOnFirst(String name) {
        String onFirst = spec(1000).replace("\"image\"", "\"nodeName\": \"host-1\", \"image\"");
        return STAGE.rest()
                .post("/containers", "{\"name\": \"%s\", \"start\": true, \"spec\": %s}".formatted(name, onFirst))
                .path("id")
                .asText();
    }

    @Test
    void whileKafkaHangsNothingStartsOrChangesAndAfterwardsAllIsDoneOnce() {
        create("stays", true, 86_400);
        create("stops", true, 86_401);
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        hangKafka(true);
        try {
            for (int i = 0; i < 3; i++) {
                answers.add(ask("POST", "/containers", body("asked-" + i, true, 86_410 + i)));
            }
            answers.add(ask("POST", "/containers/stops/stop?grace=PT1S", null));
            answers.add(ask("POST", "/deployments", deployment("asked", 2, 86_420)));
            Expect.throughout(LONGER_THAN_SUSPECT, () -> {
                assertThat(sleeping(86_400)).isEqualTo(1);
                assertThat(sleeping(86_401)).as("stopped before Kafka has it").isEqualTo(1);
                assertThat(IntStream.of(86_410, 86_411, 86_412, 86_420).mapToLong(FaultsIT::sleeping).sum()).as("started").isZero();
                assertThat(answers).as("answers before it is done").noneMatch(CompletableFuture::isDone);
            });
        } finally {
            hangKafka(false);
        }
        assertThat(answers.stream().map(CompletableFuture::join)).containsExactly(201, 201, 201, 200, 201);
        STAGE.steady("asked", 2, PATIENCE);
        for (int i = 0; i < 3; i++) {
            assertThat(sleeping(86_410 + i)).isEqualTo(1);
            assertThat(changes("asked-" + i)).containsOnlyOnce("Requested", "Placed", "Leased", "Started");
        }
        assertThat(sleeping(86_420)).isEqualTo(2);
        assertThat(sleeping(86_401)).isZero();
        assertThat(sleeping(86_400)).isEqualTo(1);
    }

    /** Kafka hangs, so what each of them commits can't be sent; they are killed, Kafka goes on, they come back. */
    @Test
    void servicesKilledBetweenCommitAndPublishSayItAfterwardsAndItsEffectIsSeenOnce() {
        assertThat(STAGE.rest().status("POST", "/deployments", deployment("grows", 1, 86_440))).isEqualTo(201);
        STAGE.steady("grows", 1, PATIENCE);
        try (FactStream facts = new FactStream(STAGE)) {
            hangKafka(true);
            try {
                ask("POST", "/containers", body("unsaid", true, 86_430)); // its answer dies with the service
                awaitState("unsaid", "REQUESTED");
                assertThat(STAGE.rest().status("POST", "/networks", "{\"name\": \"late\"}")).isEqualTo(201);
                assertThat(STAGE.rest().status("POST", "/deployments/grows/scale?replicas=3", "")).isEqualTo(200);
                // a wish that waits for network-service's word: when the second is told that the name is taken, the first has committed
                CompletableFuture.anyOf(
                                ask("POST", "/deployments", deployment("wished", 1, 86_441)),
                                ask("POST", "/deployments", deployment("wished", 1, 86_441)))
                        .thenAccept(status -> assertThat(status).isEqualTo(409))
                        .join();
                String tag = "{\"source\": \"%s\", \"target\": \"test/busybox:late\"}".formatted(Busybox.IMAGE);
                assertThat(STAGE.rest().status("POST", "/tags", tag)).isEqualTo(201);
                QUESTIONS.keySet().forEach(service -> STAGE.gantry("service", "kill", service));
            } finally {
                hangKafka(false);
            }
            STAGE.gantry("service", "start", "all");
            awaitState("unsaid", "RUNNING");
            STAGE.steady("grows", 3, PATIENCE);
            // nobody waits for its answer any more: made if network-service's word came in time, else withdrawn and free to be asked for
            Expect.eventually(PATIENCE, () -> {
                if (STAGE.rest().status("GET", "/deployments/wished", null) != 200) {
                    int status = STAGE.rest().status("POST", "/deployments", deployment("wished", 1, 86_441));
                    Expect.that(status == 201, "the name is neither in use nor free: " + status);
                }
                return STAGE.steady("wished", 1, Duration.ofSeconds(1));
            });

            facts.awaitOne("container.requested", "name", "unsaid");
            facts.awaitOne("network.created", "name", "late");
            facts.awaitOne("deployment.scaled", "name", "grows");
            facts.awaitOne("deployment.created", "name", "wished");
            facts.awaitOne("image.tagged", "reference", "test/busybox:late");
        }
        assertThat(changes("unsaid")).containsOnlyOnce("Requested", "Placed", "Leased", "Started");
        assertThat(sleeping(86_430)).isEqualTo(1);
        assertThat(sleeping(86_440)).isEqualTo(3);
        assertThat(sleeping(86_441)).isEqualTo(1);
        List<String> addresses = new ArrayList<>();
        STAGE.rest().get("/containers?all=true&deployment=grows").path("items")
                .forEach(replica -> addresses.add(replica.path("endpoint").path("address").asText()));
        assertThat(addresses).hasSize(3).doesNotHaveDuplicates().doesNotContain("");
    }

    @Test
    void aDeploymentWhosePortIsTakenIsRefusedAndLeavesNothing() {
        String port = "\"ports\": [{\"hostPort\": 18080, \"containerPort\": 80}], \"resources\"";
        String first = deployment("holder", 0, 86_460).replace("\"resources\"", port);
        assertThat(STAGE.rest().status("POST", "/deployments", first)).isEqualTo(201);
        assertThatThrownBy(() -> STAGE.rest().post("/deployments", first.replace("holder", "asker")))
                .hasMessageContaining("409")
                .hasMessageContaining("/port-in-use")
                .hasMessageContaining("port 18080/tcp is held by deployment holder");
        assertThat(STAGE.rest().status("GET", "/deployments/asker", null)).isEqualTo(404);
    }

    /** Stops the process that hosts Kafka, or lets it go on; PostgreSQL's processes run on. */
    private static void hangKafka(boolean yes) {
        STAGE.commands().run("kill", yes ? "-STOP" : "-CONT", Integer.toString(STAGE.process("backbone")));
    }

    private static CompletableFuture<Integer> ask(String method, String path, String body) {
        return CompletableFuture.supplyAsync(() -> STAGE.rest().status(method, path, body), THREADS);
    }

    /** How many processes of the machine are {@code sleep <seconds>}: the number tells whose they are. */
    private static long sleeping(int seconds) {
        return ProcessHandle.allProcesses().filter(process -> command(process.pid()).equals("sleep " + seconds)).count();
    }

    /** Empty when it has ended meanwhile. */
    private static String command(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")).replace('\0', ' ').strip();
        } catch (IOException gone) {
            return "";
        }
    }

    /** What became true of a container, in order. */
    private static List<String> changes(String name) {
        List<String> changes = new ArrayList<>();
        STAGE.rest().get("/containers/" + name + "/history").path("items").forEach(entry -> changes.add(entry.path("change").asText()));
        return changes;
    }

    private static JsonNode create(String name, boolean start, int seconds) {
        return STAGE.rest().post("/containers", body(name, start, seconds));
    }

    private static String body(String name, boolean start, int seconds) {
        return "{\"name\": \"%s\", \"start\": %s, \"spec\": %s}".formatted(name, start, spec(seconds));
    }

    private static String deployment(String name, int replicas, int seconds) {
        return "{\"name\": \"%s\", \"spec\": {\"replicas\": %d, \"template\": %s}}".formatted(name, replicas, spec(seconds));
    }

    private static String spec(int seconds) {
        return """
               {"image": "%s", "command": ["sleep", "%d"], "resources": {"memory": 16777216}}""".formatted(Busybox.IMAGE, seconds);
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
