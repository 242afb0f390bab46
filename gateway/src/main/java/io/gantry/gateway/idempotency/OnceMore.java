package io.gantry.gateway.idempotency;

import io.gantry.gateway.route.Gate;
import io.gantry.gateway.route.GatewayProblems;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sends a request to the address that it came to, without its key, and waits for the whole answer. */
@Singleton
class OnceMore {
    private static final Set<String> NOT_SENT = Set.of("idempotency-key", "content-length", "transfer-encoding", "connection", "expect", "host", "x-request-id");
    private static final Set<String> KEPT = Set.of("Content-Type", "Location", "ETag", "Gantry-Changed");
    private static final int MOST_CONNECTIONS = 1024;
    private final HttpClient http;

    record Answer(Outcome outcome, KeptAnswer kept) {}

    @Inject
    OnceMore(Vertx vertx) {
        // it is ourselves, whatever name our certificate has
        http = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(MOST_CONNECTIONS).setTrustAll(true).setVerifyHost(false));
    }

    Future<Answer> send(RoutingContext context, Buffer body) {
        HttpServerRequest request = context.request();
        return http.request(new RequestOptions()
                        .setServer(request.localAddress())
                        .setHost("localhost")
                        .setPort(request.localAddress().port())
                        .setSsl(request.isSSL())
                        .setMethod(request.method())
                        .setURI(request.uri()))
                .compose(again -> head(request, again).putHeader("X-Request-Id", Gate.requestId(context)).send(body))
                .compose(answer -> answer.body().map(text -> answer(answer.statusCode(), answer.headers(), text)))
                .recover(e -> Future.failedFuture(e instanceof IOException ? GatewayProblems.unavailable("the gateway") : e));
    }

    private static HttpClientRequest head(HttpServerRequest from, HttpClientRequest to) {
        from.headers().forEach((name, value) -> {
            if (!NOT_SENT.contains(name.toLowerCase(Locale.ROOT))) {
                to.headers().add(name, value);
            }
        });
        return to;
    }

    private static Answer answer(int status, MultiMap headers, Buffer body) {
        Map<String, String> kept = new TreeMap<>();
        KEPT.stream().filter(headers::contains).forEach(name -> kept.put(name, headers.get(name)));
        return new Answer(Outcome.of(status, headers, body), new KeptAnswer(status, kept, body.toString()));
    }
}
