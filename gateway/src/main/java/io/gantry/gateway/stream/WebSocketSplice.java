package io.gantry.gateway.stream;

import io.gantry.contracts.link.FrameCutter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A client's WebSocket and an agent's stream as one: a binary message is a frame, each side goes as fast as the other reads. What the agent says before the client is
 * there, which may be all that it ever says, is kept for it.
 */
final class WebSocketSplice {
    private static final short NORMAL = 1000;
    private static final short GOING_AWAY = 1001;
    private static final short TOO_BIG = 1009;
    private static final int MOST_KEPT = 64;

    private final AgentStream agent;
    private final Deque<Buffer> kept = new ArrayDeque<>();
    private WebSocketBase client;
    /** Of a message that comes in several frames. */
    private Buffer begun = Buffer.buffer();
    private boolean binary;
    /** By which the client's is to be closed; {@code null} while the agent is there. */
    private Short over;

    private WebSocketSplice(AgentStream agent) {
        this.agent = agent;
    }

    /** From here on nothing of it is lost; paused until now, in its context. */
    static WebSocketSplice of(AgentStream agent) {
        WebSocketSplice splice = new WebSocketSplice(agent);
        agent.onFrame(splice::said).onEnd(() -> splice.ended(NORMAL)).onBreak(() -> splice.ended(GOING_AWAY)).resume();
        return splice;
    }

    private void said(Buffer frame) {
        if (client != null) {
            tell(frame);
        } else {
            kept.add(frame);
            if (kept.size() >= MOST_KEPT) {
                agent.pause();
            }
        }
    }

    private void tell(Buffer frame) {
        if (!client.isClosed()) {
            client.writeBinaryMessage(frame);
            if (client.writeQueueFull()) {
                agent.pause();
                client.drainHandler(_ -> agent.resume());
            }
        }
    }

    private void ended(short code) {
        over = code;
        if (client != null) {
            client.close(code);
        }
    }

    /** In the same context. */
    void join(WebSocketBase found) {
        client = found;
        if (client.isClosed()) {
            agent.leave();
            return;
        }
        kept.forEach(this::tell);
        kept.clear();
        if (over != null) {
            client.close(over);
            return;
        }
        agent.onDrain(client::resume);
        client.frameHandler(this::typed);
        client.closeHandler(_ -> agent.leave());
        client.exceptionHandler(_ -> agent.leave());
        client.resume();
        if (!client.writeQueueFull()) {
            agent.resume();
        }
    }

    private void typed(WebSocketFrame frame) {
        if (!frame.isContinuation()) {
            binary = frame.isBinary();
        }
        if (!binary || !frame.isBinary() && !frame.isContinuation()) {
            return;
        }
        begun.appendBuffer(frame.binaryData());
        if (begun.length() > FrameCutter.LARGEST) {
            // what it goes on to send isn't kept until it has heard that
            client.frameHandler(null);
            begun = Buffer.buffer();
            client.close(TOO_BIG);
        } else if (frame.isFinal()) {
            agent.say(begun);
            begun = Buffer.buffer();
            if (agent.full()) {
                client.pause();
            }
        }
    }
}
