package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AgedConnectionsTest {
    @Test
    void aConnectionCarriesRequestsUntilItIsOld() throws Exception {
        assertThat(connectionsOfThree(Duration.ofHours(1), 1)).isOne();
        assertThat(connectionsOfThree(Duration.ofMillis(1), 100)).isEqualTo(3);
    }

    /** @param answerMillis how long an answer takes */
    private static int connectionsOfThree(Duration most, long answerMillis) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            AgedConnections connections = new AgedConnections(vertx, most);
            AtomicInteger opened = new AtomicInteger();
            int port = vertx.createHttpServer()
                    .connectionHandler(connection -> {
                        opened.incrementAndGet();
                        connections.opened(connection);
                    })
                    .requestHandler(request -> vertx.setTimer(answerMillis, _ -> {
                        connections.answering(request);
                        request.response().end("told");
                    }))
                    .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS).actualPort();
            // the next request waits until the last one's connection is free
            var client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
            for (int i = 0; i < 3; i++) {
                var answer = client.request(HttpMethod.GET, port, "127.0.0.1", "/").compose(request -> request.send()).compose(HttpClientResponse::body);
                assertThat(answer.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS)).hasToString("told");
            }
            return opened.get();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
