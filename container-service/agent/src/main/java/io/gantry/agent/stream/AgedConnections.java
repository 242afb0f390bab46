package io.gantry.agent.stream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A connection that has carried requests for long ends with its next answer, so that certificates which were renewed meanwhile are shown again. */
final class AgedConnections {
    private final Vertx vertx;
    private final Duration most;
    private final Set<HttpConnection> aged = ConcurrentHashMap.newKeySet();

    /** @param most what isn't long yet */
    AgedConnections(Vertx vertx, Duration most) {
        this.vertx = vertx;
        this.most = most;
    }

    void opened(HttpConnection connection) {
        long timer = vertx.setTimer(most.toMillis(), _ -> aged.add(connection));
        connection.closeHandler(_ -> {
            vertx.cancelTimer(timer);
            aged.remove(connection);
        });
    }

    /** Before the answer's head goes out. */
    void answering(HttpServerRequest request) {
        if (aged.contains(request.connection())) {
            request.response().putHeader("Connection", "close");
        }
    }
}
