package io.gantry.gateway.route;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * Hands a request to the service that owns it and its answer back, streaming both ways. What is cut off on one side is cut off
 * on the other: a body that ended early never looks complete.
 */
@Singleton
class Proxy {
    private final Vertx vertx;
    private final PartClient parts;

    @Inject
    Proxy(Vertx vertx, PartClient parts) {
        this.vertx = vertx;
        this.parts = parts;
    }

    void forward(RoutingContext context, RouteTable.Target target) {
        HttpServerRequest request = context.request();
        request.pause();
        String query = request.query();
        String uri = query == null ? target.path() : target.path() + "?" + query;
        parts.connect(target.part(), request.method(), uri, Gate.principal(context))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(up -> exchange(context, target.part(), up));
    }

    private void exchange(RoutingContext context, Part part, HttpClientRequest up) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        if (response.closed()) {
            up.reset();
            return;
        }
        Headers.copyRequest(request.headers(), up.headers());
        up.putHeader("X-Request-Id", Gate.requestId(context));
        Deadline deadline = new Deadline(vertx, parts.deadline(), () -> {
            GatewayProblems.answer(response, GatewayProblems.timeout(part.title()));
            up.reset();
        });
        response.closeHandler(v -> {
            deadline.stop();
            up.reset();
        });
        // told by up.response() as well
        up.exceptionHandler(e -> deadline.stop());
        up.response()
                .onSuccess(answer -> {
                    deadline.stop();
                    answer(answer, response, up);
                })
                .onFailure(e -> {
                    deadline.stop();
                    GatewayProblems.answer(response, PartClient.explain(part, e));
                });
        send(request, response, up, deadline).onFailure(e -> up.reset());
    }

    private static Future<Void> send(HttpServerRequest request, HttpServerResponse response, HttpClientRequest up, Deadline deadline) {
        boolean body = request.headers().contains("Content-Length") || request.headers().contains("Transfer-Encoding");
        if (!body && request.isEnded()) {
            return up.end();
        }
        if (request.headers().contains("Expect")) {
            response.writeContinue();
        }
        if (!request.headers().contains("Content-Length")) {
            if (!body) {
                request.resume();
                return up.end();
            }
            up.setChunked(true);
        }
        return request.pipe().endOnFailure(false).to(new Watched<>(up, deadline::touch));
    }

    private static void answer(HttpClientResponse answer, HttpServerResponse response, HttpClientRequest up) {
        if (response.closed() || response.ended()) {
            up.reset();
            return;
        }
        response.setStatusCode(answer.statusCode());
        Headers.copyResponse(answer.headers(), response.headers());
        if (!answer.headers().contains("Content-Length")) {
            response.setChunked(true);
        }
        answer.pipe()
                .endOnFailure(false)
                .to(response)
                .onFailure(e -> {
                    up.reset();
                    if (!response.closed()) {
                        response.reset();
                    }
                });
    }
}
