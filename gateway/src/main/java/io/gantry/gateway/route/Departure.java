package io.gantry.gateway.route;

import io.vertx.core.http.HttpServerResponse;

/** Of a client that may go at any time, also while what it asked for is still being asked for: of what has happened by then no handler is told. */
public final class Departure {
    private Departure() {}

    /**
     * @param leave ends what is done for the client, when its connection is gone or if that is so already; it may run twice
     * @return whether the client is still there
     */
    public static boolean watch(HttpServerResponse client, Runnable leave) {
        client.closeHandler(_ -> leave.run());
        if (!client.closed()) {
            return true;
        }
        leave.run();
        return false;
    }
}
