package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.ClientCases;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.Rest;
import io.gantry.e2e.quickstart.Traces;
import io.gantry.e2e.sockets.DocumentedPorts;
import io.gantry.e2e.sockets.Listening;
import io.gantry.e2e.stage.Busybox;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code ./gantry up} with this machine as the one host, in its own network, as a person meets it; then nothing may be left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(ClientCases.class)
class OneHostIT implements DockerRuns, DockerLife, DockerNetwork, DockerImages, DockerBuilds, BuildMounts, BuildSteps, ImageCollections, ImageRules, ImagesElsewhere, RegistryClients, DockerCompose, DockerSwarm, DockerRefusals, ClientLibraries, Dockerode, WaysIn, GantryRuns, GantryCommands, GeneratedJavaClient, GeneratedTypeScriptClient, BesideDocker, HealthAndRestarts, EventsToDocker, RestContractHolds, RestRefusals, SecretsAndConfigs, VolumesAndFiles {
    private static final String PREFIX = "gantryo";
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path HOME = Path.of("target/one-host").toAbsolutePath();
    private static final String POOL = "10.216";
    private static final int OFFSET = 4000;
    private static final Stage STAGE = Stage.onThisMachine(ROOT, HOME, OFFSET, PREFIX, POOL, 16);

    private static Rest rest;

    @BeforeAll
    static void start() throws IOException {
        STAGE.gantry("down", "--data");
        STAGE.gantry("up");
        Busybox.push(STAGE);
        rest = STAGE.rest();
    }

    @AfterAll
    static void stop() {
        STAGE.gantry("down", "--data");
    }

    @Override
    public Shell shell() {
        return new Shell(Map.of(
                "DOCKER_HOST", "unix://" + HOME.resolve("docker.sock"), "DOCKER_CLI_HINTS", "false", "GANTRY_HOME", HOME.toString(),
                "PATH", ROOT + ":" + HOME.resolve("tools") + ":" + System.getenv("PATH")));
    }

    @Override
    public Rest rest() {
        return rest;
    }

    @Override
    public String address() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(each -> each.getInterfaceAddresses().stream())
                    .map(InterfaceAddress::getAddress)
                    .filter(one -> one instanceof Inet4Address && !one.isLoopbackAddress() && !one.getHostAddress().startsWith(POOL + "."))
                    .findFirst()
                    .orElseThrow()
                    .getHostAddress();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void listensOnlyWhereItSays() throws IOException {
        DocumentedPorts documented = new DocumentedPorts(ROOT.resolve("docs/reference/ports.md"), OFFSET);
        Set<Listening> sockets = Listening.of(HOME);

        assertThat(documented.count()).isGreaterThan(8);
        assertThat(sockets).hasSizeGreaterThan(8).allMatch(documented::allow);
        assertThat(sockets).filteredOn(socket -> !socket.loopback()).extracting(Listening::port).containsOnly(7071 + OFFSET, 53);
    }

    @Test
    void noPortAnswersAStranger() {
        for (String http : new String[] {"http://127.0.0.1:" + (7080 + OFFSET) + "/api/v1", "http://127.0.0.1:" + (7475 + OFFSET) + "/info"}) {
            assertThat(shell().must("curl -s -o /dev/null -w '%{http_code}' " + http)).as(http).isEqualTo("401");
        }
        String internal = "http://127.0.0.1:" + (7080 + OFFSET) + "/container-service/containers";
        String token = "Authorization: Bearer $(cat " + HOME.resolve("token") + ")";
        assertThat(shell().must("curl -s -o /dev/null -w '%{http_code}' -H \"" + token + "\" " + internal)).isEqualTo("401");
        // joining has its token, see LinkIT
        assertThat(shell().must("curl -sk -o /dev/null -w '%{http_code}' https://127.0.0.1:" + (7086 + OFFSET) + "/link")).isEqualTo("401");
        for (int port : new int[] {7087, 7088, 7071}) {
            var bare = shell().run("curl -sk -m 5 -o /dev/null -w '%{http_code}' https://127.0.0.1:" + (port + OFFSET) + "/");
            assertThat(bare.out()).as("port " + port + " without a certificate").isEqualTo("000");
            assertThat(bare.code()).isNotZero();
        }
    }

    /** A build empties its folders, of which a JVM that runs still loads classes. */
    @Test
    void whatRunsIsNotWhereTheNextBuildWrites() throws IOException {
        try (Stream<Path> started = Files.list(HOME.resolve("pids"))) {
            assertThat(started.map(OneHostIT::commandLine)).hasSizeGreaterThanOrEqualTo(3).allSatisfy(line ->
                    assertThat(line.replace(ROOT + "/standalone/target/programs/", "copy of what was built: ")).contains("copy of what was built: ").doesNotContain(ROOT + "/"));
        }
    }

    private static String commandLine(Path pidFile) {
        try {
            String pid = Files.readString(pidFile).split(" ")[0];
            return Files.readString(Path.of("/proc", pid, "cmdline")).replace(HOME.toString(), "home");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a node shall do is told within the process; were it forgotten with the process, the node would take away what it had begun. */
    @Test
    @Order(Integer.MAX_VALUE - 2)
    void whileKafkaHangsContainersComeAndGoAndNoneIsLostWhenTheServicesDieMeanwhile() {
        // the first word of each partition is left to Kafka
        shell().must("seq 60 | xargs -P 4 -I % docker run --rm " + Busybox.IMAGE + " true");
        shell().must("docker run -d --name goes-meanwhile " + Busybox.IMAGE + " sleep 86451");
        String backbone = Integer.toString(STAGE.process("backbone"));
        STAGE.commands().run("kill", "-STOP", backbone);
        String pid;
        try {
            shell().must("timeout 60 docker run -d --name comes-meanwhile " + Busybox.IMAGE + " sleep 86450");
            shell().must("timeout 60 docker rm -f goes-meanwhile");
            pid = shell().must("pgrep -fx 'sleep 86450'").strip();
            STAGE.gantry("service", "kill", "platform");
        } finally {
            STAGE.commands().run("kill", "-CONT", backbone);
        }
        STAGE.gantry("service", "start", "all");

        Expect.throughout(Duration.ofSeconds(15), () -> {
            assertThat(shell().run("pgrep -fx 'sleep 86450'").out().strip()).isEqualTo(pid);
            assertThat(shell().run("pgrep -fx 'sleep 86451'").code()).isNotZero();
        });
        Expect.eventually(Duration.ofSeconds(30), () -> {
            Expect.that(shell().run("docker inspect -f '{{.State.Running}}' comes-meanwhile").out().strip().equals("true"), "known again");
            return pid;
        });
        assertThat(shell().run("docker inspect goes-meanwhile").code()).isNotZero();
        shell().must("docker rm -f comes-meanwhile");
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void upTwiceChangesNothing() {
        String processes = STAGE.gantry("status").lines().filter(line -> line.endsWith("running")).toList().toString();
        STAGE.gantry("up");
        assertThat(STAGE.gantry("status").lines().filter(line -> line.endsWith("running")).toList().toString()).isEqualTo(processes);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void downLeavesNothing() throws IOException {
        shell().must("docker run -d --name left-running -p 14090:80 " + Busybox.IMAGE + " sleep 1000");
        Set<String> before = Traces.ofOneHost(HOME, POOL);
        for (String kind : new String[] {"process ", "cgroup ", "table ", "link ", "network "}) {
            assertThat(before).anyMatch(trace -> trace.startsWith(kind));
        }

        STAGE.gantry("down");

        assertThat(Traces.ofOneHost(HOME, POOL)).isEmpty();
        var status = shell().run("gantry status");
        assertThat(status.code()).isEqualTo(3);
        assertThat(status.err()).contains("Gantry is down.");
    }
}
