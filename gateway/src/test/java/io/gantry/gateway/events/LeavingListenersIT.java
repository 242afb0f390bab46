package io.gantry.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.raw.RawConnection;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever asks for events and leaves is forgotten, however early that is: while what it needs is still being asked for nobody hears of its going. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class LeavingListenersIT {
    private static final int CLIENTS = 100;

    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    @Inject EventTail tail;

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/events", "/api/v1/events?since=1m", "/api/v1/containers?watch=true"})
    void byRest(String path) throws Exception {
        String request = "GET " + path + " HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer " + Files.readString(tokenFile).strip() + "\r\n\r\n";
        int before = tail.listening();
        for (int i = 0; i < CLIENTS; i++) {
            RawConnection.tcp(address.getPort()).send(request).reset();
        }
        awaitListening(before);
    }

    @Test
    void byDockersApi() throws Exception {
        int before = tail.listening();
        for (int i = 0; i < CLIENTS; i++) {
            RawConnection.unix(socket).send("GET /events HTTP/1.1\r\nHost: d\r\n\r\n").reset();
        }
        // those that came before these are through by then
        try (RawConnection last = RawConnection.unix(socket).send("GET /events?until=1&since=0 HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")) {
            last.readAll();
        }
        awaitListening(before);
    }

    private void awaitListening(int count) throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(15);
        while (tail.listening() > count) {
            assertThat(Instant.now()).as(tail.listening() + " listen, and " + count + " did").isBefore(deadline);
            Thread.sleep(Duration.ofMillis(50));
        }
    }
}
