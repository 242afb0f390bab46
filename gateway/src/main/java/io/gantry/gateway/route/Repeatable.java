package io.gantry.gateway.route;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Set;

/**
 * When a request may be sent once more. A kept connection can be closed by the other side while we send on it; then no whole answer came
 * back, and a request that has the same effect twice as once (RFC 9110, section 9.2.2) goes out again on another connection.
 */
public final class Repeatable {
    private static final Set<HttpMethod> IDEMPOTENT = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT, HttpMethod.DELETE);

    private Repeatable() {}

    /** @param failure of a request that got no whole answer */
    public static boolean is(HttpMethod method, Throwable failure) {
        boolean closed = failure instanceof HttpClosedException || failure instanceof IOException && !(failure instanceof ConnectException);
        return closed && IDEMPOTENT.contains(method);
    }
}
