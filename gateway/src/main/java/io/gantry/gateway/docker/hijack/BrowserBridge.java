package io.gantry.gateway.docker.hijack;

import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.link.StreamControl;
import io.gantry.gateway.stream.AgentStream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/**
 * A browser's WebSocket and an agent's framed stream as one: bytes as they are both ways, in binary messages, for who attaches by {@code attach/ws}. Both outputs
 * come as one, terminal or not, as Docker has it.
 */
public final class BrowserBridge {
    private static final short NORMAL = 1000;
    private static final short BROKEN = 1011;
    private final ServerWebSocket client;
    private final AgentStream agent;
    private final AgentInput input;

    /**
     * @param agent paused
     * @param closesStdin the end of the client's WebSocket is the end of standard input
     * @param keys typing these ends the client's WebSocket, and what runs goes on; {@code null} if nothing does
     * @param left told then
     */
    public BrowserBridge(ServerWebSocket client, AgentStream agent, boolean closesStdin, DetachKeys keys, Runnable left) {
        this.client = client;
        this.agent = agent;
        this.input = new AgentInput(agent, closesStdin, keys, left);
    }

    public void join() {
        client.handler(this::typed);
        client.closeHandler(v -> leave());
        client.exceptionHandler(e -> client.close(BROKEN));
        client.drainHandler(v -> agent.resume());
        agent.onDrain(client::resume).onFrame(this::receive).onEnd(() -> client.close(NORMAL)).onBreak(() -> client.close(BROKEN));
        if (client.isClosed()) {
            leave();
            return;
        }
        agent.resume();
        client.resume();
    }

    private void typed(Buffer bytes) {
        if (!input.typed(bytes)) {
            client.close(NORMAL);
        } else if (input.full()) {
            client.pause();
        }
    }

    private void receive(Buffer message) {
        byte what = message.getByte(0);
        if ((what == StreamControl.STDOUT || what == StreamControl.STDERR) && !client.isClosed()) {
            client.writeBinaryMessage(message.slice(1, message.length()));
            if (client.writeQueueFull()) {
                agent.pause();
            }
        }
    }

    private void leave() {
        input.ended();
        input.leave();
    }
}
