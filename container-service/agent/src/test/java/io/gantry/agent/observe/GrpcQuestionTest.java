package io.gantry.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Ipv4;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server of the same protocol; that a real gRPC server speaks it, too, is the protocol's promise. */
class GrpcQuestionTest {
    private static final Ipv4 HERE = Ipv4.parse("127.0.0.1");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private final Vertx vertx = Vertx.vertx();
    private final GrpcQuestion question = new GrpcQuestion(vertx);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private int serve(io.vertx.core.Handler<HttpServerRequest> handler) {
        HttpServer server = vertx.createHttpServer().requestHandler(handler);
        return server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join().actualPort();
    }

    private static void answer(HttpServerRequest request, Buffer message, String status) {
        HttpServerResponse response = request.response().putHeader("content-type", "application/grpc");
        response.setChunked(true).putTrailer("grpc-status", status);
        response.end(message);
    }

    private static Buffer health(int status) {
        return Buffer.buffer(new byte[] {0, 0, 0, 0, 2, 8, (byte) status});
    }

    @ParameterizedTest
    @CsvSource({"1,true,SERVING", "2,false,NOT_SERVING", "3,false,SERVICE_UNKNOWN"})
    void readsTheServersStatus(int status, boolean good, String output) throws Exception {
        int port = serve(request -> request.body().onSuccess(body -> {
            boolean asked = request.version() == HttpVersion.HTTP_2
                    && request.path().equals("/grpc.health.v1.Health/Check")
                    && body.equals(Buffer.buffer(new byte[] {0, 0, 0, 0, 6, 10, 4, 's', 'h', 'o', 'p'}));
            answer(request, health(asked ? status : 0), "0");
        }));
        assertThat(question.ask(HERE, port, "shop", TIMEOUT)).isEqualTo(new Answer(good, good ? 0 : 1, output));
    }

    @Test
    void aCallThatFailsIsABadAnswer() throws Exception {
        int port = serve(request -> request.response().putHeader("grpc-status", "12").putHeader("grpc-message", "no such service").end());
        assertThat(question.ask(HERE, port, "", TIMEOUT)).isEqualTo(Answer.bad("HTTP status 200, grpc-status 12: no such service"));
    }

    @Test
    void silenceIsABadAnswerInTime() throws Exception {
        int port = serve(request -> {});
        assertThat(question.ask(HERE, port, "", Duration.ofMillis(300))).satisfies(answer -> {
            assertThat(answer.good()).isFalse();
            assertThat(answer.output()).contains("300");
        });
    }

    @Test
    void aHeadAloneIsNoAnswerAndTheCallIsTakenBack() throws Exception {
        CompletableFuture<Long> takenBack = new CompletableFuture<>();
        int port = serve(request -> {
            request.response().exceptionHandler(e -> takenBack.complete(e instanceof StreamResetException reset ? reset.getCode() : -1L));
            request.response().setChunked(true).write(Buffer.buffer(new byte[] {0}));
        });
        assertThat(question.ask(HERE, port, "", Duration.ofMillis(300))).isEqualTo(new Answer(false, -1, "no answer within 300 ms"));
        assertThat(takenBack.get(10, TimeUnit.SECONDS)).as("the code of the reset").isNotNegative();
    }

    @Test
    void anAnswerWithoutEndIsABadOneAndTheCallIsTakenBack() throws Exception {
        CompletableFuture<Void> takenBack = new CompletableFuture<>();
        int port = serve(request -> {
            request.response().exceptionHandler(e -> takenBack.complete(null));
            request.response().setChunked(true);
            pour(request.response());
        });
        assertThat(question.ask(HERE, port, "", TIMEOUT)).isEqualTo(Answer.bad(HERE + ":" + port + ": the answer is longer than 1024 bytes"));
        takenBack.get(10, TimeUnit.SECONDS);
    }

    private static void pour(HttpServerResponse response) {
        response.write(Buffer.buffer(new byte[512])).onSuccess(_ -> pour(response));
    }

    @Test
    void nobodyThereIsABadAnswer() throws Exception {
        assertThat(question.ask(HERE, 1, "", TIMEOUT)).satisfies(answer -> {
            assertThat(answer.good()).isFalse();
            assertThat(answer.output()).contains("127.0.0.1:1");
        });
    }
}
