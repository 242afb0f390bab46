package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.raw.RawConnection;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SmallBodyTest {
    private static final int MOST = 100;
    private static final long PATIENCE_MILLIS = 300;
    private final Vertx vertx = Vertx.vertx();
    private int port;

    @BeforeEach
    void listen() {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> SmallBody.read(request, MOST, PATIENCE_MILLIS)
                .onSuccess(body -> request.response().end("got " + body.length()))
                .onFailure(e -> GatewayProblems.answer(request.response(), e)));
        port = server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join().actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void oneThatComesInPiecesIsReadWhole() throws Exception {
        try (RawConnection client = RawConnection.tcp(port)) {
            client.send(head(3));
            for (String piece : new String[] {"a", "b", "c"}) {
                // each within the patience, all of it beyond
                Thread.sleep(PATIENCE_MILLIS / 2);
                client.send(piece);
            }
            assertThat(client.readUntil("got")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void oneOfWhichNothingMoreComesIsGivenUpWithItsConnection() throws Exception {
        try (RawConnection client = RawConnection.tcp(port).send(head(3) + "a")) {
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ").contains("the body is not whole");
        }
    }

    @Test
    void oneThatIsTooLongIsRefusedAndItsConnectionEnds() throws Exception {
        try (RawConnection client = RawConnection.tcp(port).send(head(1000) + "x".repeat(1000))) {
            assertThat(client.readAll()).startsWith("HTTP/1.1 413 ").contains("larger than 100 bytes");
        }
    }

    private static String head(int length) {
        return "POST / HTTP/1.1\r\nHost: d\r\nContent-Length: " + length + "\r\n\r\n";
    }
}
