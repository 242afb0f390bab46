package io.gantry.e2e.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.StepFailed;
import io.gantry.e2e.sockets.DocumentedPorts;
import io.gantry.e2e.sockets.Listening;
import io.gantry.e2e.stage.Busybox;
import io.gantry.e2e.stage.Host;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;

/** The quickstart's steps on an installation of their own; then each way of breaking it; then nothing may be left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {
    private static final String PREFIX = "gantryt";
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path HOME = Path.of("target/installation").toAbsolutePath();
    private static final int OFFSET = 2000;
    private static final int NOISE = 8 << 20;
    private static final Stage STAGE = new Stage(ROOT, HOME, OFFSET, PREFIX, "10.79.0", 8, 3);

    @BeforeAll
    static void start() throws IOException {
        STAGE.gantry("down", "--data");
        STAGE.gantry("up", "--hosts", "3");
    }

    @AfterAll
    static void stop() {
        STAGE.gantry("down", "--data");
    }

    @TestFactory
    @Order(1)
    Stream<DynamicTest> doesTheMainJob() {
        return Quickstart.steps().stream()
                .map(step -> DynamicTest.dynamicTest(step.title(), () -> step.run(STAGE, line -> System.out.println("      " + line))));
    }

    @Test
    @Order(2)
    void whatItProposesInTheEndWorks() {
        assertThat(Quickstart.TRY_NEXT).containsKey("./gantry down").hasSize(7);
        String container = STAGE.gantry("ps", "-o", "name").lines().findFirst().orElseThrow();
        for (String proposed : Quickstart.TRY_NEXT.keySet()) {
            String command = proposed.replace("CONTAINER", container);
            if (command.endsWith(" down")) {
                continue; // downLeavesNothing does
            }
            // who types has a terminal, and leaves a shell
            String output = STAGE.commands().run("bash", "-c", "cd " + ROOT + " && echo 'exit 0' | script -qfec '" + command + "' /dev/null");
            assertThat(output).as(command).isNotBlank();
        }
        String authorization = "Authorization: Bearer $(cat " + HOME.resolve("token") + ")";
        assertThat(Quickstart.addresses(STAGE)).hasSize(4);
        for (String address : Quickstart.addresses(STAGE).keySet()) {
            assertThat(STAGE.commands().run("bash", "-c", "curl -sf -H \"" + authorization + "\" " + address)).as(address).isNotBlank();
        }
    }

    @Test
    @Order(2)
    void aFirewalledPortTurnsItsStepRed() {
        Host host = STAGE.host(2);
        host.run(STAGE.commands(), "nft", "add table ip breaking");
        host.run(STAGE.commands(), "nft", "add chain ip breaking first { type filter hook prerouting priority -400; }");
        host.run(STAGE.commands(), "nft", "add rule ip breaking first tcp dport " + Shop.port(STAGE) + " drop");
        try {
            assertThatThrownBy(() -> new FetchByPort().run(STAGE, _ -> {}))
                    .isInstanceOf(StepFailed.class)
                    .hasMessageContaining("on host-2 did not answer");
        } finally {
            host.run(STAGE.commands(), "nft", "delete table ip breaking");
        }
    }

    @Test
    @Order(3)
    void hungServersTurnTheStepRedUntilTheyGoOn() throws Exception {
        List<String> processes = new ArrayList<>();
        for (JsonNode replica : STAGE.rest().get("/deployments/" + Shop.NAME).path("replicas")) {
            ProcessHandle first = ProcessHandle.of(STAGE.pid(replica.path("container").asText())).orElseThrow();
            Stream.concat(Stream.of(first), first.descendants()).forEach(one -> processes.add(Long.toString(one.pid())));
        }
        signal("-STOP", processes);
        try {
            assertThatThrownBy(() -> new FetchByPort().run(STAGE, _ -> {})).isInstanceOf(StepFailed.class).hasMessageContaining("did not answer");
        } finally {
            signal("-CONT", processes);
        }
        STAGE.steady(Shop.NAME, 6, Duration.ofMinutes(1));
    }

    /** With one replica, which is replaced by one beside it: of three hosts two have it. */
    @Test
    @Order(3)
    void aRolloutsImageIsFetchedWhereItsReplicasMayCome() throws IOException {
        Busybox.push(STAGE);
        String small = build("ahead:1", 1 << 10);
        String large = build("ahead:2", NOISE);
        STAGE.gantry("deploy", "--wait", "ahead", small, "sleep", "1000");
        Map<String, Long> before = fetched();
        STAGE.gantry("deploy", "--wait", "ahead", large, "sleep", "1000");
        Expect.eventually(Duration.ofSeconds(30), () -> {
            Map<String, Long> after = fetched();
            long have = after.keySet().stream().filter(node -> after.get(node) - before.get(node) >= NOISE).count();
            Expect.that(have == 2, have + " hosts have the image: " + before + ", then " + after);
            return have;
        });
        STAGE.gantry("deployment", "rm", "ahead");
        Expect.eventually(Duration.ofSeconds(30), () -> {
            String left = STAGE.gantry("ps", "-a", "-o", "name");
            Expect.that(!left.contains("ahead-"), "there still are " + left);
            return left;
        });
    }

    @Test
    @Order(3)
    void whatIsAskedForAheadComesToEachHostOnce() throws IOException {
        Busybox.push(STAGE);
        String image = build("wished:1", NOISE + 1);
        Map<String, Long> before = fetched();
        assertThat(STAGE.gantry("image", "prefetch", image, "--node", "host-2")).isEqualTo("host-2: fetched");
        assertThat(STAGE.gantry("image", "prefetch", image, "--all").lines()).containsExactlyInAnyOrder("host-1: fetched", "host-2: there already", "host-3: fetched");
        Map<String, Long> after = Expect.eventually(Duration.ofSeconds(30), () -> {
            Map<String, Long> now = fetched();
            Expect.that(now.keySet().stream().allMatch(node -> now.get(node) - before.get(node) >= NOISE), "not all hosts have it: " + before + ", then " + now);
            return now;
        });
        assertThat(after).allSatisfy((node, bytes) -> assertThat(bytes - before.get(node)).as(node).isLessThan(2L * NOISE));
        assertThatThrownBy(() -> STAGE.gantry("image", "prefetch", image, "--node", "host-9")).hasMessageContaining("ended with");
        assertThatThrownBy(() -> STAGE.gantry("image", "prefetch", "wished:none", "--all")).hasMessageContaining("ended with");
        List<String> ids = STAGE.gantry("image", "prefetches", "-o", "name").lines().toList();
        assertThat(ids).hasSize(2);
        ids.forEach(id -> STAGE.gantry("image", "prefetches", "rm", id));
        assertThat(STAGE.gantry("image", "prefetches", "-o", "name")).isEmpty();
    }

    /** @param size of what is in it, which no packing makes smaller */
    private static String build(String name, int size) throws IOException {
        Path context = Files.createTempDirectory(HOME, "context");
        byte[] noise = new byte[size];
        new Random(size).nextBytes(noise);
        Files.write(context.resolve("noise"), noise);
        Files.writeString(context.resolve("Dockerfile"), "FROM " + Busybox.IMAGE + "\nCOPY noise /noise\n");
        STAGE.gantry("build", "-t", name, context.toString());
        return name;
    }

    /** Bytes of images that came to each host, by its name. */
    private static Map<String, Long> fetched() {
        Map<String, Long> all = new TreeMap<>();
        for (JsonNode node : STAGE.rest().get("/sharing").path("nodes")) {
            all.put(node.path("name").asText(), node.path("wire").path("fromRegistry").asLong() + node.path("wire").path("fromNodes").asLong());
        }
        return all;
    }

    @Test
    @Order(4)
    void listensOnlyWhereItSays() throws IOException {
        DocumentedPorts documented = new DocumentedPorts(ROOT.resolve("docs/reference/ports.md"), OFFSET);
        Set<Listening> sockets = Listening.of(HOME);

        assertThat(sockets).hasSizeGreaterThan(9).allMatch(documented::allow);
        assertThat(sockets).filteredOn(socket -> !socket.loopback()).extracting(Listening::port)
                .containsOnly(STAGE.port(7071), STAGE.port(7086), STAGE.port(7087), STAGE.port(7088), 53);
    }

    @Test
    @Order(4)
    void upTwiceChangesNothing() {
        String processes = STAGE.gantry("status").lines().filter(line -> line.endsWith("running")).toList().toString();

        STAGE.gantry("up", "--hosts", "3");

        assertThat(STAGE.gantry("status").lines().filter(line -> line.endsWith("running")).toList().toString()).isEqualTo(processes);
    }

    @Test
    @Order(5)
    void downLeavesNothing() throws IOException {
        for (String kind : new String[] {"namespace ", "link ", "process ", "cgroup "}) {
            assertThat(Traces.of(PREFIX, HOME)).anyMatch(trace -> trace.startsWith(kind));
        }

        STAGE.gantry("down");

        assertThat(Traces.of(PREFIX, HOME)).isEmpty();
    }

    private static void signal(String signal, List<String> processes) {
        Stream<String> command = Stream.concat(Stream.of("kill", signal), processes.stream().filter(pid -> !pid.isBlank()));
        STAGE.commands().run(command.toArray(String[]::new));
    }
}
