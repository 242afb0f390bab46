package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.gateway.fixture.DockerSocket;
import io.gantry.gateway.fixture.PlayedBuilds;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.Shell;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The classic builder by the unmodified docker CLI; what builds is played. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class BuildByCliIT {
    private static final String CONTEXT = "d=$(mktemp -d) && printf 'FROM scratch\\nCOPY a /a\\n' > $d/Dockerfile && head -c 3000000 /dev/zero > $d/a && ";
    private static final String ID = "sha256:" + "a".repeat(64);

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    private Shell shell;

    @BeforeEach
    void connect() {
        shell = new Shell(Map.of("DOCKER_HOST", "unix://" + socket, "DOCKER_CLI_HINTS", "false", "DOCKER_BUILDKIT", "0"));
    }

    @Test
    void theLinesAreThoseOfTheClassicBuilder() throws Exception {
        var built = shell.run(CONTEXT + "docker build -t made/here:1 --iidfile $d/id $d && cat $d/id");
        assertThat(built.code()).as(built.err()).isZero();
        assertThat(built.out())
                .contains("Step 1/2 : FROM scratch\n ---> Using cache\nSuccessfully built aaaaaaaaaaaa\nSuccessfully tagged made/here:1\n")
                .endsWith(ID);
        assertThat(PlayedBuilds.RECEIVED.get()).isGreaterThan(3_000_000);
        assertThat(shell.run(CONTEXT + "docker build -q $d").out()).isEqualTo(ID + "\n");
    }

    @Test
    void aFailureHasItsReasonAndItsExitCode() throws Exception {
        var failed = shell.run(CONTEXT + "docker build --target fails $d");
        assertThat(failed.code()).isEqualTo(3);
        assertThat(failed.err()).contains("The command 'make' returned a non-zero code: 3");
        assertThat(shell.run(CONTEXT + "docker build --target wrong $d").err()).contains("Error response from daemon: Dockerfile:2: COPPY a b: 'COPPY' is no instruction");
        var cut = shell.run(CONTEXT + "docker build --target cut $d");
        assertThat(cut.code()).isNotZero();
        assertThat(cut.err()).contains("the build's output ended before the build did");
    }

    @Test
    void whatItIsForAndWhatStepsHaveAreAskedForAsTheClientSaysThem() throws Exception {
        var built = shell.run(CONTEXT + "docker build --platform linux/arm64 --network none --add-host db:192.0.2.7 --add-host me:host-gateway --shm-size 96m $d");
        assertThat(built.code()).as(built.err()).isZero();
        assertThat(PlayedBuilds.asked).endsWith("&network=none&platform=linux%2Farm64&addhost=db%3A192.0.2.7&addhost=me%3Ahost-gateway&shm=100663296");
    }

    @Test
    void aContextThatIsRefusedInTheMiddleIsSent() throws Exception {
        var early = shell.run("d=$(mktemp -d) && printf 'FROM scratch\\n' > $d/Dockerfile && head -c 200000000 /dev/zero > $d/a && docker build --target early $d; code=$?; rm -rf $d; exit $code");
        assertThat(early.code()).isNotZero();
        assertThat(early.err()).contains("the context has more than 1 KiB");
    }

    @Test
    void whoeverVanishesTakesTheBuildAlong() throws Exception {
        PlayedBuilds.gone = new CompletableFuture<>();
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(socket));
            client.write(ByteBuffer.wrap("POST /build?target=endless HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\n\r\ntar".getBytes(StandardCharsets.US_ASCII)));
            assertThat(new String(Channels.newInputStream(client).readNBytes(15), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
        }
        PlayedBuilds.gone.get(10, TimeUnit.SECONDS);

        PlayedBuilds.begun = new CompletableFuture<>();
        PlayedBuilds.gone = new CompletableFuture<>();
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(socket));
            OutputStream out = Channels.newOutputStream(client);
            out.write("POST /build HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntar\r\n".getBytes(StandardCharsets.US_ASCII));
            PlayedBuilds.begun.get(10, TimeUnit.SECONDS);
        }
        PlayedBuilds.gone.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whatCannotBeFollowedIsRefusedByName() throws Exception {
        DockerSocket docker = new DockerSocket(socket);
        assertThat(docker.send("POST", "/build?version=2", "").message()).contains("DOCKER_BUILDKIT=0");
        assertThat(docker.send("POST", "/build?squash=1", "").message()).isEqualTo("the parameter squash is not supported yet: every instruction keeps its layer");
        assertThat(shell.run(CONTEXT + "docker build --network container:db $d").err()).contains("the parameter networkmode 'container:db' is not supported yet");
        assertThat(shell.run(CONTEXT + "docker build --add-host db:2001:db8::7 $d").err()).contains("the parameter extrahosts 'db:2001:db8::7' is not supported yet: networks are of IPv4");
    }

    @Test
    void whatBuildsKeepIsForgotten() throws Exception {
        assertThat(shell.run("docker builder prune -af --filter until=1h").out()).contains("7".repeat(12)).doesNotContain("build-cache-1");
        assertThat(shell.run("docker builder prune -af").out()).contains("7".repeat(12), "build-cache-1", "Total");
        assertThat(new DockerSocket(socket).send("POST", "/build/prune?" + DockerSocket.filters("{'colour': ['red']}"), "").message()).isEqualTo("invalid filter 'colour'");
    }
}
