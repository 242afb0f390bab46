package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a source says that can't be had says where it was tried and what happened. */
@Timeout(30)
class HttpBlobSourceIT {
    private static final Digest BLOB = Digest.ofHex("ab".repeat(32));

    private static HttpBlobSource source(String scheme, String authority) throws Exception {
        return new HttpBlobSource(URI.create(scheme + "://" + authority), SSLContext.getDefault());
    }

    @Test
    void saysThatNobodyListensThere() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        assertThatThrownBy(() -> source("https", "127.0.0.1:" + port).open(BLOB))
                .isInstanceOf(BlobSourceAway.class)
                .hasMessage("image-service at 127.0.0.1:" + port + ": the connection was refused");
    }

    @Test
    void saysThatTheNameIsUnknown() {
        assertThatThrownBy(() -> source("https", "nowhere.invalid:7087").open(BLOB))
                .isInstanceOf(BlobSourceAway.class)
                .hasMessage("image-service at nowhere.invalid:7087: the host's name is unknown here");
    }

    @Test
    void takesAServersErrorForAwayAndAMissingBlobForMissing() throws Exception {
        try (Answering server = new Answering(503, 0)) {
            assertThatThrownBy(() -> source("http", server.authority()).open(BLOB)).isInstanceOf(BlobSourceAway.class).hasMessageContaining("answered 503");
        }
        try (Answering server = new Answering(404, 0)) {
            assertThatThrownBy(() -> source("http", server.authority()).open(BLOB))
                    .isNotInstanceOf(BlobSourceAway.class)
                    .hasMessageContaining("answered 404");
        }
    }

    @Test
    void saysWhenItBrokeOff() throws Exception {
        try (Answering server = new Answering(200, 1000); var body = source("http", server.authority()).open(BLOB)) {
            assertThatThrownBy(body::readAllBytes)
                    .isInstanceOf(BlobSourceAway.class)
                    .hasMessageStartingWith("image-service at " + server.authority() + ": broke off after 10 bytes");
        }
    }

    @Test
    void givesUpABodyThatGoesQuiet() throws Exception {
        try (Answering server = new Answering(200, 1000, new byte[10], true);
                var body = new HttpBlobSource(URI.create("http://" + server.authority()), SSLContext.getDefault(), Duration.ofSeconds(1)).open(BLOB)) {
            assertThat(body.readNBytes(10)).hasSize(10);
            assertThatThrownBy(body::readAllBytes)
                    .isInstanceOf(BlobSourceAway.class)
                    .hasMessage("image-service at " + server.authority() + ": broke off after 10 bytes: nothing more came for 1 s");
        }
    }

    @Test
    void bringsTheWholeBodyUnchanged() throws Exception {
        byte[] blob = new byte[5_000_003];
        new Random(7).nextBytes(blob);
        try (Answering server = new Answering(200, blob.length, blob, false); var body = source("http", server.authority()).open(BLOB)) {
            assertThat(body.readAllBytes()).isEqualTo(blob);
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    @Test
    void asksForTheRestByItsFirstByte() throws Exception {
        try (Answering server = new Answering(206, 10); var body = source("http", server.authority()).open(BLOB, 4)) {
            assertThat(body.readAllBytes()).hasSize(10);
            assertThat(server.range).isEqualTo("bytes=4-");
        }
        try (Answering server = new Answering(200, 10)) {
            assertThatThrownBy(() -> source("http", server.authority()).open(BLOB, 4)).as("all of it isn't the rest").hasMessageContaining("answered 200");
        }
    }

    /** Promises {@code length} bytes and sends ten, or others. */
    private static final class Answering implements AutoCloseable {
        private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        private volatile String range;
        private final CountDownLatch over = new CountDownLatch(1);

        Answering(int status, long length) throws IOException {
            this(status, length, new byte[10], false);
        }

        /** @param thenQuiet keeps the connection, and says nothing more */
        Answering(int status, long length, byte[] sent, boolean thenQuiet) throws IOException {
            server.createContext("/", exchange -> {
                range = exchange.getRequestHeaders().getFirst("Range");
                exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
                if (length > 0) {
                    exchange.getResponseBody().write(sent);
                    exchange.getResponseBody().flush();
                }
                if (thenQuiet) {
                    awaitOver();
                }
                exchange.close();
            });
            server.start();
        }

        String authority() {
            return "127.0.0.1:" + server.getAddress().getPort();
        }

        private void awaitOver() {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            over.countDown();
            server.stop(0);
        }
    }
}
