package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.raw.RawConnection;
import io.gantry.gateway.docker.DockerEdge;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Connections that no handler has anything to do with: whether the kernel asks the other side is told by proc(5), where the second kind of timer is that one. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class SilentMachinesIT {
    @TestHTTPResource URI address;

    @ConfigProperty(name = "quarkus.http.idle-timeout") Duration idleLimit;

    @Inject DockerEdge edge;

    @Test
    void theKernelAsksWhoeverHasAskedByRest() throws Exception {
        try (RawConnection client = RawConnection.tcp(address.getPort()).send("GET /api/v1/version HTTP/1.1\r\nHost: d\r\n\r\n")) {
            client.readUntil("\r\n\r\n");
            assertAsked(address.getPort(), client.localPort());
        }
    }

    @Test
    void theKernelAsksWhoeverHasConnectedToDockersPort() throws Exception {
        try (RawConnection client = RawConnection.tcp(edge.port()).send("GET /_ping HTTP/1.1\r\n")) {
            Thread.sleep(200);
            assertAsked(edge.port(), client.localPort());
        }
    }

    @Test
    void whoSaysNothingToRestOrHalfOfAHeadIsCutOff() throws Exception {
        for (String said : List.of("", "GET /api/v1/version HTTP/1.1\r\nHost: d\r\n")) {
            try (RawConnection client = RawConnection.tcp(address.getPort()).send(said)) {
                assertThat(client.endsSilently()).as("after '%s'", said).isTrue();
            }
        }
    }

    @Test
    void whoHasAskedByRestMayBeSilentForLonger() throws Exception {
        try (RawConnection client = RawConnection.tcp(address.getPort()).send("GET /api/v1/version HTTP/1.1\r\nHost: d\r\n\r\n")) {
            client.readUntil("\r\n\r\n");
            Thread.sleep(idleLimit.multipliedBy(2));
            client.send("GET /api/v1/version HTTP/1.1\r\nHost: d\r\nX-Request-Id: the-second\r\n\r\n").readUntil("the-second");
        }
    }

    private static void assertAsked(int server, int client) {
        Pattern asked = Pattern.compile(":%04X .*:%04X 01 \\S+ 02:.*".formatted(server, client));
        assertThat(Stream.of("tcp", "tcp6").flatMap(SilentMachinesIT::connections)).anyMatch(line -> asked.matcher(line).find());
    }

    private static Stream<String> connections(String protocol) {
        try {
            return Files.readAllLines(Path.of("/proc/net", protocol)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
