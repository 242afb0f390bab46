package io.gantry.image.edge;

import io.gantry.kit.file.FileHandover;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Function;

/** Answers requests on virtual threads of their own. */
public final class WaitingHandler {

    /** Makes the answer; may wait, and read the body. */
    @FunctionalInterface
    public interface Work {
        Answer answer(HttpServerRequest request, RequestBody body) throws Exception;
    }

    private final Work work;
    private final Function<Throwable, Answer> failures;

    /** @param failures what to answer when {@code work} throws */
    public WaitingHandler(Work work, Function<Throwable, Answer> failures) {
        this.work = work;
        this.failures = failures;
    }

    /** On the request's event loop. */
    public void handle(HttpServerRequest request) {
        Context context = Vertx.currentContext();
        RequestBody body = new RequestBody(request, context);
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        Thread.ofVirtual().name("request").start(() -> {
            Answer answer = answer(request, body);
            context.runOnContext(_ -> send(request, body, answer));
        });
    }

    private Answer answer(HttpServerRequest request, RequestBody body) {
        try {
            return work.answer(request, body);
        } catch (Exception e) {
            return failures.apply(e);
        }
    }

    private static void send(HttpServerRequest request, RequestBody body, Answer answer) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        boolean head = request.method() == HttpMethod.HEAD;
        switch (answer) {
            case Answer.Small(var status, _, var bytes) -> {
                if (head) {
                    response.headers().add("Content-Length", Integer.toString(bytes.length()));
                    response.end();
                } else if (status == 204) {
                    response.end();
                } else {
                    response.end(bytes);
                }
            }
            case Answer.FilePart(_, _, var file, var offset, var length) -> {
                FileHandover part = new FileHandover(file.toAbsolutePath(), offset, length);
                if (head || length == 0) {
                    response.putHeader("Content-Length", Long.toString(length)).end();
                } else if (request.headers().contains(FileHandover.TAKES)) {
                    response.putHeader(FileHandover.NAMES, part.toString()).end();
                } else {
                    part.sendTo(request);
                }
            }
        }
        body.discard();
    }
}
