package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An allowance in front of something that answers everything. */
class RatesTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void serve() {
        Rates rates = new Rates(
                new RateConfig() {
                    @Override
                    public int perSecond() {
                        return 1;
                    }

                    @Override
                    public int burst() {
                        return 3;
                    }
                },
                context -> "somebody");
        Router router = Router.router(vertx);
        router.route().handler(rates::count);
        router.route().handler(context -> context.response().end("served"));
        server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path)).header("Authorization", "Bearer " + token).build(), BodyHandlers.ofString());
    }

    @Test
    void whatIsTooManyIsRefusedAndTheOthersAreNot() throws Exception {
        HttpResponse<String> answer = get("/api/v1/nodes", "a");
        assertThat(answer.body()).isEqualTo("served");
        assertThat(answer.headers().firstValue("ratelimit-policy")).contains("\"token\";q=3;w=3");
        assertThat(answer.headers().firstValue("ratelimit")).contains("\"token\";r=2;t=1");
        for (int i = 0; answer.statusCode() == 200 && i < 1000; i++) {
            answer = get("/api/v1/nodes", "a");
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).contains("1");
        assertThat(answer.headers().firstValue("ratelimit")).contains("\"token\";r=0;t=1");
        assertThat(answer.body()).contains("/problems/too-many-requests", "more than 1 things a second");
        assertThat(get("/api/v1/nodes", "b").statusCode()).as("another token").isEqualTo(200);
        assertThat(get("/v2/", "a").statusCode()).as("layers are no small reads").isEqualTo(200);
        assertThat(get("/q/health", "a").headers().firstValue("ratelimit")).isEmpty();
    }
}
