package io.gantry.e2e.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HealthCheck;
import io.gantry.e2e.stage.Busybox;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.output.WaitingConsumer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/** What people do with Testcontainers 2. */
public final class TestcontainersCases {
    private static final String SERVER = "mkdir -p /www; echo %s > /www/index.html; exec httpd -f -p 8080 -h /www";

    private TestcontainersCases() {}

    /** @param arguments the case's name, and what it wants to know */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "words-and-answers" -> wordsAndAnswers();
            case "ports-and-health" -> portsAndHealth();
            case "exec-and-files" -> execAndFiles();
            case "networks" -> networks();
            case "reuse" -> reuse();
            case "image-from-dockerfile" -> imageFromDockerfile();
            case "leave" -> leave();
            default -> throw new IllegalArgumentException("no such case: " + arguments[0]);
        }
        System.out.println("done: " + arguments[0]);
    }

    private static GenericContainer<?> busybox(String script) {
        return new GenericContainer<>(Busybox.IMAGE).withCommand("sh", "-c", script).withStartupTimeout(Duration.ofSeconds(30));
    }

    /** What is waited for. */
    private static void wordsAndAnswers() throws Exception {
        try (GenericContainer<?> log = busybox("sleep 0.3; echo one ready; echo two ready; sleep 1000").waitingFor(Wait.forLogMessage(".*ready.*\\n", 2))) {
            log.start();
            assertThat(log.getLogs(OutputFrame.OutputType.STDOUT)).isEqualTo("one ready\ntwo ready\n");
        }
        try (GenericContainer<?> http = busybox(SERVER.formatted("hello")).withExposedPorts(8080).waitingFor(Wait.forHttp("/").forStatusCode(200).forResponsePredicate("hello"::equals))) {
            http.start();
            assertThat(fetch(http)).isEqualTo("hello\n");
        }
    }

    /** What is waited for, and what doesn't come. */
    private static void portsAndHealth() throws Exception {
        try (GenericContainer<?> port = busybox("sleep 0.3; " + SERVER.formatted("port")).withExposedPorts(8080).waitingFor(Wait.forListeningPort())) {
            port.start();
            assertThat(fetch(port)).isEqualTo("port\n");
            assertThat(port.isRunning()).isTrue();
        }
        try (GenericContainer<?> healthy = busybox("sleep 0.5; touch /tmp-healthy; sleep 1000")
                .withCreateContainerCmdModifier(command -> command.withHealthcheck(new HealthCheck()
                        .withTest(List.of("CMD", "stat", "/tmp-healthy")).withInterval(Duration.ofMillis(200).toNanos()).withRetries(50)))
                .waitingFor(Wait.forHealthcheck())) {
            healthy.start();
            assertThat(healthy.isHealthy()).isTrue();
        }
        try (GenericContainer<?> failing = busybox("echo gave up; exit 3").withStartupTimeout(Duration.ofSeconds(3)).waitingFor(Wait.forLogMessage("never", 1))) {
            assertThatThrownBy(failing::start).isInstanceOf(ContainerLaunchException.class);
        }
    }

    private static void execAndFiles() throws Exception {
        Path local = Files.createTempFile("copied", ".txt");
        Files.writeString(local, "from here\n");
        try (GenericContainer<?> one = busybox("cat /before/given.txt; sleep 1000")
                .withCopyFileToContainer(MountableFile.forHostPath(local, 0644), "/before/given.txt")
                .withCopyToContainer(Transferable.of("made of text\n", 0755), "/before/text")
                .withEnv("COLOUR", "green").withLabel("kind", "case").withWorkingDirectory("/before")
                .waitingFor(Wait.forLogMessage(".*from here.*", 1))) {
            one.start();
            Container.ExecResult said = one.execInContainer("sh", "-c", "pwd; echo $COLOUR; echo oops >&2; exit 7");
            assertThat(said.getExitCode()).isEqualTo(7);
            assertThat(said.getStdout()).isEqualTo("/before\ngreen\n");
            assertThat(said.getStderr()).isEqualTo("oops\n");
            assertThat(one.execInContainer("cat", "/before/text").getStdout()).isEqualTo("made of text\n");
            assertThat(one.execInContainer("stat", "-c", "%a", "/before/text").getStdout()).isEqualTo("755\n");
            one.copyFileToContainer(Transferable.of("later".getBytes(StandardCharsets.UTF_8)), "/later/deep/file");
            assertThat(one.<String>copyFileFromContainer("/later/deep/file", in -> new String(in.readAllBytes(), StandardCharsets.UTF_8))).isEqualTo("later");
            WaitingConsumer lines = new WaitingConsumer();
            one.followOutput(lines);
            lines.waitUntil(frame -> frame.getUtf8String().contains("from here"));
            InspectContainerResponse info = one.getCurrentContainerInfo();
            assertThat(info.getConfig().getLabels()).containsEntry("kind", "case").containsEntry("org.testcontainers", "true");
            assertThat(info.getState().getRunning()).isTrue();
        }
    }

    private static void networks() throws Exception {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = busybox(SERVER.formatted("by alias")).withNetwork(network).withNetworkAliases("db", "store").withExposedPorts(8080).waitingFor(Wait.forListeningPort());
                GenericContainer<?> client = busybox("sleep 1000").withNetwork(network)) {
            server.start();
            client.start();
            assertThat(client.execInContainer("wget", "-q", "-O", "-", "http://db:8080/").getStdout()).isEqualTo("by alias\n");
            assertThat(client.execInContainer("wget", "-q", "-O", "-", "http://store:8080/").getStdout()).isEqualTo("by alias\n");
            assertThat(server.getCurrentContainerInfo().getNetworkSettings().getNetworks().values()).extracting(each -> each.getNetworkID()).containsExactly(network.getId());
        }
    }

    /** The second of two alike is the first. */
    private static void reuse() {
        GenericContainer<?> first = busybox("sleep 1000").withReuse(true).withLabel("kind", "reused");
        first.start();
        GenericContainer<?> second = busybox("sleep 1000").withReuse(true).withLabel("kind", "reused");
        second.start();
        assertThat(second.getContainerId()).isEqualTo(first.getContainerId());
        DockerClientFactory.instance().client().removeContainerCmd(first.getContainerId()).withForce(true).exec();
    }

    /** By the classic builder, as Testcontainers asks for it. */
    private static void imageFromDockerfile() throws Exception {
        ImageFromDockerfile image = new ImageFromDockerfile()
                .withFileFromString("page/index.html", "built\n")
                .withBuildArg("COLOUR", "green")
                .withDockerfileFromBuilder(file -> file
                        .from(Busybox.IMAGE)
                        .run("echo run > /made-by-run")
                        .copy("page", "/www")
                        .cmd("httpd", "-f", "-p", "8080", "-h", "/www")
                        .build());
        try (GenericContainer<?> built = new GenericContainer<>(image).withExposedPorts(8080).withStartupTimeout(Duration.ofSeconds(30)).waitingFor(Wait.forListeningPort())) {
            built.start();
            assertThat(fetch(built)).isEqualTo("built\n");
            assertThat(built.execInContainer("cat", "/made-by-run").getStdout()).isEqualTo("run\n");
        }
    }

    /** What it has made is told, and left behind: the process is killed. */
    private static void leave() throws Exception {
        Network network = Network.newNetwork();
        GenericContainer<?> one = busybox("sleep 1000").withNetwork(network);
        one.start();
        DockerClientFactory.instance().client().createVolumeCmd().withName("left-" + DockerClientFactory.SESSION_ID)
                .withLabels(Map.of("org.testcontainers", "true", "org.testcontainers.sessionId", DockerClientFactory.SESSION_ID, "org.testcontainers.lang", "java",
                        "org.testcontainers.version", DockerClientFactory.TESTCONTAINERS_VERSION)).exec();
        System.out.println("left: " + one.getContainerId() + " " + network.getId() + " " + DockerClientFactory.SESSION_ID);
        Runtime.getRuntime().halt(9);
    }

    private static String fetch(GenericContainer<?> container) throws Exception {
        URI address = URI.create("http://" + container.getHost() + ":" + container.getMappedPort(8080) + "/");
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
    }
}
