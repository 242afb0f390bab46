package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over a real connection. */
@Timeout(60)
class ChunkedOutputTest {
    private static final int MUCH = 64 << 20;
    /** What is on its way here, in the kernel's buffers for a connection on loopback and in Vert.x'. */
    private static final int UNDERWAY = 24 << 20;

    private final Vertx vertx = Vertx.vertx();

    private interface Work {
        void to(ChunkedOutput out) throws Exception;
    }

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** @return completes with what came of it */
    private int serve(Work work, CompletableFuture<Void> done) {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            ChunkedOutput out = new ChunkedOutput(request.response(), vertx, "application/x-tar");
            Thread.startVirtualThread(() -> {
                try {
                    work.to(out);
                    done.complete(null);
                } catch (Exception e) {
                    done.completeExceptionally(e);
                }
            });
        });
        return server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join().actualPort();
    }

    private static Socket ask(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void allOfItComesInOrder() throws Exception {
        byte[] all = new byte[5_000_001];
        new Random(1).nextBytes(all);
        CompletableFuture<Void> done = new CompletableFuture<>();
        int port = serve(out -> {
            try (out) {
                int at = 0;
                for (int step = 1; at < all.length; step = step * 7 % 100_003) { // pieces of all sizes
                    int length = Math.min(step, all.length - at);
                    out.write(all, at, length);
                    at += length;
                }
            }
        }, done);
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            var answer = client.send(
                    java.net.http.HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:" + port)).build(), java.net.http.HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.body()).isEqualTo(all);
        }
        done.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whoDoesNotReadMakesTheWriterWait() throws Exception {
        AtomicLong written = new AtomicLong();
        CompletableFuture<Void> done = new CompletableFuture<>();
        int port = serve(out -> {
            try (out) {
                byte[] piece = new byte[64 << 10];
                for (int i = 0; i < MUCH / piece.length; i++) {
                    out.write(piece, 0, piece.length);
                    written.addAndGet(piece.length);
                }
            }
        }, done);
        try (Socket socket = ask(port)) {
            long before;
            do {
                before = written.get();
                Thread.sleep(1000);
            } while (before == 0 || written.get() > before);
            assertThat(before).isLessThan(UNDERWAY);
            assertThat(done).isNotDone();
            try (InputStream in = socket.getInputStream()) {
                assertThat(in.transferTo(java.io.OutputStream.nullOutputStream())).isGreaterThan(MUCH);
            }
        }
        done.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whoLeavesEndsTheWriting() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        int port = serve(out -> {
            byte[] piece = new byte[64 << 10];
            while (true) {
                out.write(piece, 0, piece.length);
            }
        }, done);
        try (Socket socket = ask(port)) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertThatThrownBy(() -> done.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class).hasMessageContaining("the client has left");
    }
}
