package io.gantry.gateway.route;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** A body that is read whole, because none of its kind is large. */
public final class SmallBody {
    private SmallBody() {}

    /**
     * Completes on the request's own event loop. Of one that is larger nothing more is kept, and its connection ends with it: what
     * follows must not be taken for the next request.
     *
     * @param most bytes; fails with TOO_LARGE above
     */
    public static Future<Buffer> read(HttpServerRequest request, int most) {
        Buffer body = Buffer.buffer();
        Promise<Buffer> read = Promise.promise();
        request.handler(bytes -> {
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
        request.exceptionHandler(read::tryFail);
        request.resume();
        return read.future();
    }
}
