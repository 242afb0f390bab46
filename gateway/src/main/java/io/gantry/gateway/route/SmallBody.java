package io.gantry.gateway.route;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;

/** A body that is read whole, because none of its kind is large. */
public final class SmallBody {
    /** For one of which nothing more comes: it holds memory. */
    private static final long PATIENCE_MILLIS = 60_000;

    private SmallBody() {}

    /**
     * Completes on the request's own event loop. Of one that is larger nothing more is kept, and its connection ends with it: what
     * follows must not be taken for the next request.
     *
     * @param most bytes; fails with TOO_LARGE above
     */
    public static Future<Buffer> read(HttpServerRequest request, int most) {
        return read(request, most, PATIENCE_MILLIS);
    }

    static Future<Buffer> read(HttpServerRequest request, int most, long patienceMillis) {
        Buffer body = Buffer.buffer();
        Promise<Buffer> read = Promise.promise();
        long[] came = {System.nanoTime()};
        Vertx vertx = Vertx.currentContext().owner();
        long timer = vertx.setPeriodic(patienceMillis, _ -> {
            if (System.nanoTime() - came[0] >= patienceMillis * 1_000_000) {
                closing(request);
                read.tryFail(new Refused(ProblemType.BAD_REQUEST, "the body is not whole, and nothing more has come of it for a while", "send it all, and as long as Content-Length says"));
            }
        });
        read.future().onComplete(_ -> vertx.cancelTimer(timer));
        request.handler(bytes -> {
            came[0] = System.nanoTime();
            if (!read.future().isComplete() && body.appendBuffer(bytes).length() > most) {
                request.response().putHeader("Connection", "close");
                read.fail(new Refused(ProblemType.TOO_LARGE, "the body is larger than " + most + " bytes", null));
            }
        });
        request.endHandler(v -> {
            if (!read.tryComplete(body)) {
                request.connection().close();
            }
        });
        request.exceptionHandler(e -> {
            closing(request);
            read.tryFail(e instanceof HttpClosedException ? e : new Refused(ProblemType.BAD_REQUEST, "the body can't be read: its length or its chunks aren't as they are said to be", "write it as RFC 9112 says"));
        });
        request.resume();
        return read.future();
    }

    /** With its answer, if there is one still to come: what would follow is part of the body. */
    private static void closing(HttpServerRequest request) {
        if (!request.response().headWritten()) {
            request.response().putHeader("Connection", "close").bodyEndHandler(_ -> request.connection().close());
        }
    }
}
