package io.gantry.image.build.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.Position;
import io.gantry.image.content.BlobWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ADD fetches, from a server of the test's. */
class FetchingTest {
    private static final Position AT = new Position(2, 5);
    private static final byte[] BYTES = "what is there".getBytes();
    private static final Digest DIGEST = BlobWriter.digestOf(BYTES);
    @TempDir Path folder;
    private HttpServer server;
    private String here;
    private Fetching fetching;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/file.txt", exchange -> {
            exchange.getResponseHeaders().add("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT");
            exchange.sendResponseHeaders(200, BYTES.length);
            exchange.getResponseBody().write(BYTES);
            exchange.close();
        });
        moved("/on", "/file.txt");
        moved("/round", "/round");
        moved("/away", "http://localhost:1/");
        moved("/metadata", "https://169.254.169.254/");
        server.createContext("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
        });
        server.start();
        here = "127.0.0.1:" + server.getAddress().getPort();
        fetching = new Fetching(List.of(here), new Bytes(100), Duration.ofSeconds(2));
    }

    @AfterEach
    void stop() {
        fetching.stop();
        server.stop(0);
    }

    @Test
    void fetchesAndKnowsNameTimeAndChecksum() throws Exception {
        Fetching.Fetched fetched = fetching.fetch("http://" + here + "/file.txt?x=y", Optional.of(DIGEST.value()), folder.resolve("to"), AT);
        assertThat(fetched.name()).isEqualTo("file.txt");
        assertThat(fetched.modified()).isEqualTo(Instant.parse("2015-10-21T07:28:00Z"));
        assertThat(fetched.size()).isEqualTo(BYTES.length);
        assertThat(fetched.content().digest()).isEqualTo(DIGEST);
        assertThat(Files.readAllBytes(fetched.content().file())).isEqualTo(BYTES);
    }

    @Test
    void goesOnWhereItIsSentAndKeepsTheNameThatWasAskedFor() throws Exception {
        assertThat(fetching.fetch("http://" + here + "/on", Optional.empty(), folder.resolve("to"), AT).name()).isEqualTo("on");
    }

    @Test
    void refusesOthersBytes() {
        refuses("/file.txt", Optional.of("sha256:" + "0".repeat(64)), "has the checksum " + DIGEST.value() + ", not sha256:0");
    }

    @Test
    void refusesWhatIsNotThere() {
        refuses("/none", Optional.empty(), "/none answered 404");
    }

    @Test
    void refusesToGoRoundForEver() {
        refuses("/round", Optional.empty(), "leads on more than 10 times");
    }

    @Test
    void refusesToBeSentWhereItMayNotGo() {
        refuses("/away", Optional.empty(), "without TLS nothing is fetched from localhost:1");
        refuses("/metadata", Optional.empty(), "https://169.254.169.254/ is on the machine that builds");
    }

    @Test
    void givesUpWhatDoesNotEnd() {
        refuses("/slow", Optional.empty(), "wasn't there within 2 s");
    }

    @Test
    void refusesMoreThanAnybodyMaySend() {
        Fetching small = new Fetching(List.of(here), new Bytes(5), Duration.ofSeconds(2));
        assertThatThrownBy(() -> small.fetch("http://" + here + "/file.txt", Optional.empty(), folder.resolve("to"), AT))
                .isInstanceOf(DockerfileRefusal.class)
                .hasMessageContaining("can't be fetched");
        small.stop();
    }

    @Test
    void refusesAddressesWithPasswords() {
        assertThatThrownBy(() -> fetching.fetch("https://me:secret@example.org/x", Optional.empty(), folder.resolve("to"), AT))
                .hasMessageContaining("it names no host, or a password");
    }

    private void refuses(String path, Optional<String> checksum, String message) {
        assertThatThrownBy(() -> fetching.fetch("http://" + here + path, checksum, folder.resolve("to"), AT))
                .isInstanceOf(DockerfileRefusal.class)
                .hasMessageContaining("line 2, column 5")
                .hasMessageContaining(message);
    }

    private void moved(String from, String to) {
        server.createContext(from, exchange -> {
            exchange.getResponseHeaders().add("Location", to);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }
}
