package io.gantry.gateway.route;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;

/** A client's body, handed on as it comes. */
public final class BodyRelay {
    private BodyRelay() {}

    /**
     * A client that goes takes the request along.
     *
     * @param from paused
     * @return the answer's head, which may come before the body has ended
     */
    public static Future<HttpClientResponse> send(HttpServerRequest from, HttpClientRequest up) {
        if (from.response().closed()) {
            up.reset();
            return Future.failedFuture(new HttpClosedException("the client is gone"));
        }
        if (from.headers().contains("Expect")) {
            from.response().writeContinue();
        }
        up.setChunked(true);
        Withdrawal withdrawal = Withdrawal.of(up);
        from.response().closeHandler(_ -> withdrawal.run());
        Future<HttpClientResponse> answer = up.response();
        from.pipe().endOnFailure(false).to(up).onFailure(_ -> up.reset());
        return answer;
    }
}
