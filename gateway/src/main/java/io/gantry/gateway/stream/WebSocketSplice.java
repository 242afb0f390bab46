package io.gantry.gateway.stream;

import io.vertx.core.http.WebSocketBase;

/** Two WebSockets as one: frames pass as they are, each side as fast as the other reads. */
final class WebSocketSplice {
    private static final short GOING_AWAY = 1001;

    private WebSocketSplice() {}

    /** Both paused until now. */
    static void join(WebSocketBase client, WebSocketBase agent) {
        pass(client, agent);
        pass(agent, client);
        client.resume();
        agent.resume();
    }

    private static void pass(WebSocketBase from, WebSocketBase to) {
        from.frameHandler(frame -> {
            if (frame.isText() || frame.isBinary() || frame.isContinuation()) {
                to.writeFrame(frame);
                if (to.writeQueueFull()) {
                    from.pause();
                    to.drainHandler(v -> from.resume());
                }
            }
        });
        from.closeHandler(v -> {
            Short code = from.closeStatusCode();
            boolean sendable = code != null && code != 1005 && code != 1006;
            to.close(sendable ? code : GOING_AWAY, sendable ? from.closeReason() : null);
        });
        from.exceptionHandler(e -> to.close(GOING_AWAY));
    }
}
