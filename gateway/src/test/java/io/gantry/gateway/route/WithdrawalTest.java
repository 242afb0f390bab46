package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of requests that follow each other on one connection. */
class WithdrawalTest {
    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final Promise<Void> answerSlow = Promise.promise();
    private HttpServer server;
    private HttpClient client;

    @BeforeEach
    void open() throws Exception {
        server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    if (request.path().equals("/slow")) {
                        request.response().exceptionHandler(left::completeExceptionally);
                        asked.complete(null);
                        answerSlow.future().onSuccess(_ -> request.response().end("slow"));
                    } else {
                        request.response().end("quick");
                    }
                })
                .listen(0, "127.0.0.1"));
        client = vertx.createHttpClient(
                new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(server.actualPort()), new PoolOptions().setHttp1MaxSize(1));
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void whatIsAnsweredLeavesTheNextOnItsConnectionAlone() throws Exception {
        HttpClientRequest quick = asking("/quick");
        Withdrawal withdrawal = Withdrawal.of(quick);
        assertThat(await(sent(quick, HttpClientResponse::body)).toString()).isEqualTo("quick");
        Future<HttpClientResponse> slow = client.request(HttpMethod.POST, "/slow").compose(HttpClientRequest::send);
        asked.get(10, TimeUnit.SECONDS);
        withdrawal.run();
        answerSlow.complete();
        assertThat(await(slow).statusCode()).isEqualTo(200);
    }

    @Test
    void soDoesWhatIsHandedOnToItsLastByte() throws Exception {
        HttpClientRequest quick = asking("/quick");
        HttpClientResponse answer = await(sent(quick, WithdrawalTest::paused));
        Withdrawal withdrawal = Withdrawal.of(answer);
        withdrawal.handsOn("quick".length());
        withdrawal.run();
        Future<Buffer> body = answer.body();
        answer.resume();
        assertThat(await(body).toString()).isEqualTo("quick");
        answerSlow.complete();
        assertThat(await(client.request(HttpMethod.POST, "/slow").compose(HttpClientRequest::send)).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNotAnsweredIsTakenBack() throws Exception {
        HttpClientRequest slow = asking("/slow");
        Withdrawal withdrawal = Withdrawal.of(slow);
        slow.send();
        asked.get(10, TimeUnit.SECONDS);
        withdrawal.run();
        assertThat(left).failsWithin(10, TimeUnit.SECONDS);
    }

    /** A client that reads slowly has the rest of its answer before it here, when the connection carries the next already. */
    @Test
    void whatWaitsForItsReaderLeavesTheNextAloneToo() throws Exception {
        HttpClientResponse answer = await(sent(asking("/quick"), WithdrawalTest::paused));
        Withdrawal withdrawal = Withdrawal.of(answer);
        HttpClientRequest next = asking("/slow");
        Future<HttpClientResponse> slow = next.send();
        asked.get(10, TimeUnit.SECONDS);
        withdrawal.run();
        answerSlow.complete();
        assertThat(await(slow).statusCode()).isEqualTo(200);
    }

    /** What is done with the answer is known before it can come: of a body that nobody has asked for nothing is kept. */
    private static <T> Future<T> sent(HttpClientRequest request, Function<HttpClientResponse, Future<T>> taking) {
        Future<T> taken = request.response().compose(taking);
        request.end();
        return taken;
    }

    private static Future<HttpClientResponse> paused(HttpClientResponse answer) {
        return Future.succeededFuture(answer.pause());
    }

    private HttpClientRequest asking(String path) throws Exception {
        return Withdrawal.begin(await(client.request(HttpMethod.POST, path)));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
