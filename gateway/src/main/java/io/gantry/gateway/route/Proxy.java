package io.gantry.gateway.route;

import io.gantry.kit.file.FileHandover;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Hands a request to the service that owns it and its answer back, streaming both ways. What is cut off on one side is cut off
 * on the other: a body that ended early never looks complete.
 */
@Singleton
class Proxy {
    /** Longer than anything that a service waits for; this is for one that is silent for good. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(24);

    private final Vertx vertx;
    private final PartClient parts;
    private final boolean sameDisk;

    /** @param sameDisk image-service's files are this process's too: it sends them itself */
    @Inject
    Proxy(Vertx vertx, PartClient parts, @ConfigProperty(name = "gantry.gateway.same-disk") boolean sameDisk) {
        this.vertx = vertx;
        this.parts = parts;
        this.sameDisk = sameDisk;
    }

    void forward(RoutingContext context, RouteTable.Target target) {
        HttpServerRequest request = context.request();
        request.pause();
        if (announced(request) > target.largest()) {
            refuse(context, target);
            return;
        }
        attempt(context, target, true);
    }

    /** @param first it may be sent once more if it meets a connection that is closed just then */
    private void attempt(RoutingContext context, RouteTable.Target target, boolean first) {
        HttpServerRequest request = context.request();
        String query = request.query();
        String uri = query == null ? target.path() : target.path() + "?" + query;
        parts.connect(target.part(), request.method(), uri, Gate.caller(context))
                .onFailure(e -> {
                    if (!context.response().headWritten()) {
                        context.response().putHeader(Undone.HEADER, "true");
                    }
                    GatewayProblems.answer(context.response(), e);
                })
                .onSuccess(up -> exchange(context, target, up, first));
    }

    /** @return what the body's length is said to be, 0 if nothing is said */
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : 0;
    }

    /** The rest of the body must not be taken for the next request. */
    private static void refuse(RoutingContext context, RouteTable.Target target) {
        context.response().putHeader("Connection", "close");
        GatewayProblems.answer(context.response(), GatewayProblems.tooLarge(target.largest()));
    }

    private void exchange(RoutingContext context, RouteTable.Target target, HttpClientRequest up, boolean first) {
        Part part = target.part();
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        if (response.closed()) {
            up.reset();
            return;
        }
        Headers.copyRequest(request.headers(), up.headers());
        up.putHeader("X-Request-Id", Gate.requestId(context));
        boolean takesFiles = sameDisk && part == Part.IMAGE;
        if (takesFiles) {
            up.putHeader(FileHandover.TAKES, "true");
        }
        Withdrawal withdrawal = Withdrawal.of(up);
        Deadline deadline = new Deadline(vertx, parts.deadline(), () -> {
            GatewayProblems.answer(response, GatewayProblems.timeout(part.title()));
            up.reset();
        });
        response.closeHandler(v -> {
            deadline.stop();
            withdrawal.run();
        });
        // told by up.response() as well
        up.exceptionHandler(e -> deadline.stop());
        up.response()
                .onSuccess(answer -> {
                    deadline.stop();
                    answer(answer, request, withdrawal, takesFiles ? FileHandover.parse(answer.getHeader(FileHandover.NAMES)) : Optional.empty());
                })
                .onFailure(e -> {
                    deadline.stop();
                    if (first && !hasBody(request) && !response.closed() && Repeatable.is(request.method(), e)) {
                        attempt(context, target, false);
                    } else {
                        GatewayProblems.answer(response, PartClient.explain(part, e));
                    }
                });
        long[] room = {target.largest()};
        send(request, response, up, bytes -> {
                    deadline.touch();
                    room[0] -= bytes;
                    if (room[0] < 0) {
                        deadline.stop();
                        refuse(context, target);
                        up.reset();
                    }
                })
                .onSuccess(sent -> {
                    if (target.waits()) {
                        deadline.extend(LONGEST_WAIT);
                    }
                })
                .onFailure(e -> up.reset());
    }

    private static Future<Void> send(HttpServerRequest request, HttpServerResponse response, HttpClientRequest up, LongConsumer written) {
        boolean body = hasBody(request);
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
        return request.pipe().endOnFailure(false).to(new Watched<>(up, Buffer::length, written));
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains("Content-Length") || request.headers().contains("Transfer-Encoding");
    }

    /** @param file what the body is, instead of the answer's own */
    private static void answer(HttpClientResponse answer, HttpServerRequest request, Withdrawal withdrawal, Optional<FileHandover> file) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            withdrawal.run();
            return;
        }
        response.setStatusCode(answer.statusCode());
        Headers.copyResponse(answer.headers(), response.headers());
        if (file.isPresent()) {
            file.get().sendTo(request);
            return;
        }
        if (!answer.headers().contains("Content-Length")) {
            // whoever asked for something that is still to come hears that the asking has begun
            StreamHead.send(request);
        }
        answer.pipe()
                .endOnFailure(false)
                .to(new Watched<>(response, Buffer::length, withdrawal::handsOn))
                .onFailure(e -> {
                    withdrawal.run();
                    if (!response.closed()) {
                        response.reset();
                    }
                });
    }
}
