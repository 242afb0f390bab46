package io.gantry.gateway.route;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Takes back what was asked of another program, as long as its answer hasn't come whole. A reset closes the connection even then (Vert.x's {@code Http1xClientConnection}), which
 * may be another request's by that time: a client that goes as soon as it has its answer would take a stranger's request along.
 */
public final class Withdrawal implements Runnable {
    private static final long UNKNOWN = Long.MAX_VALUE;

    /** The last that each kept connection was given to. */
    private static final Map<HttpConnection, Reference<HttpClientRequest>> LAST = Collections.synchronizedMap(new WeakHashMap<>());

    private final HttpClientRequest request;
    private long left = UNKNOWN;
    private volatile boolean whole;

    private Withdrawal(HttpClientRequest request) {
        this.request = request;
    }

    /** To be called of each that is given a kept connection: what that carried before is over, also where the end of an answer still waits for a client that reads slowly. */
    public static HttpClientRequest begin(HttpClientRequest request) {
        LAST.put(request.connection(), new WeakReference<>(request));
        return request;
    }

    public static Withdrawal of(HttpClientRequest request) {
        Withdrawal withdrawal = new Withdrawal(request);
        request.response().onSuccess(withdrawal::follow);
        return withdrawal;
    }

    /** @param answer none of whose body has been taken yet */
    public static Withdrawal of(HttpClientResponse answer) {
        Withdrawal withdrawal = new Withdrawal(answer.request());
        withdrawal.follow(answer);
        return withdrawal;
    }

    private void follow(HttpClientResponse answer) {
        String length = answer.getHeader("Content-Length");
        if (length != null) {
            left = Long.parseLong(length);
        }
        answer.end().onSuccess(_ -> whole = true);
    }

    /** So much of the answer's body is handed on: whoever has its last byte may go before its end is told here. */
    void handsOn(long bytes) {
        left -= bytes;
        if (left == 0) {
            whole = true;
        }
    }

    @Override
    public void run() {
        if (!whole && LAST.get(request.connection()) instanceof Reference<HttpClientRequest> last && last.refersTo(request)) {
            request.reset();
        }
    }
}
