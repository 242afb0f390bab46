package io.gantry.gateway.stream;

import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Two WebSockets as one: frames pass as they are, each side as fast as the other reads. What the agent says before the client is there, which
 * may be all that it ever says, is kept for it.
 */
final class WebSocketSplice {
    private static final short GOING_AWAY = 1001;
    private static final int MOST_KEPT = 64;
    private final WebSocketBase agent;
    private final Deque<WebSocketFrame> kept = new ArrayDeque<>();
    private WebSocketBase client;
    private boolean over;

    private WebSocketSplice(WebSocketBase agent) {
        this.agent = agent;
    }

    /** From here on nothing of it is lost; paused until now, in its context. */
    static WebSocketSplice of(WebSocketBase agent) {
        WebSocketSplice splice = new WebSocketSplice(agent);
        agent.frameHandler(splice::said);
        agent.closeHandler(v -> splice.ended());
        agent.exceptionHandler(e -> splice.ended());
        agent.resume();
        return splice;
    }

    private void said(WebSocketFrame frame) {
        if (client != null) {
            pass(frame, agent, client);
        } else if (data(frame)) {
            kept.add(frame);
            if (kept.size() >= MOST_KEPT) {
                agent.pause();
            }
        }
    }

    private void ended() {
        over = true;
        if (client != null) {
            close(agent, client);
        }
    }

    /** In the same context. */
    void join(WebSocketBase found) {
        client = found;
        if (client.isClosed()) {
            agent.close(GOING_AWAY);
            return;
        }
        kept.forEach(client::writeFrame);
        kept.clear();
        if (over) {
            close(agent, client);
            return;
        }
        client.frameHandler(frame -> pass(frame, client, agent));
        client.closeHandler(v -> close(client, agent));
        client.exceptionHandler(e -> agent.close(GOING_AWAY));
        client.resume();
        agent.resume();
    }

    private static boolean data(WebSocketFrame frame) {
        return frame.isText() || frame.isBinary() || frame.isContinuation();
    }

    private static void pass(WebSocketFrame frame, WebSocketBase from, WebSocketBase to) {
        if (data(frame)) {
            to.writeFrame(frame);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(v -> from.resume());
            }
        }
    }

    private static void close(WebSocketBase from, WebSocketBase to) {
        Short code = from.closeStatusCode();
        boolean sendable = code != null && code != 1005 && code != 1006;
        to.close(sendable ? code : GOING_AWAY, sendable ? from.closeReason() : null);
    }
}
