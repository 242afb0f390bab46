package io.gantry.gateway.docker.hijack;

import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.link.StreamControl;
import io.gantry.gateway.stream.Frames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;

/**
 * A browser's WebSocket and an agent's framed stream as one: bytes as they are both ways, in binary messages, for who attaches by {@code attach/ws}. Both outputs
 * come as one, terminal or not, as Docker has it.
 */
public final class BrowserBridge {
    private static final short NORMAL = 1000;
    private static final short BROKEN = 1011;
    private static final int PIECE = 32 * 1024;
    private final ServerWebSocket client;
    private final WebSocket agent;
    private final boolean closesStdin;
    private final DetachKeys keys;
    private final Runnable left;

    /**
     * @param agent paused
     * @param closesStdin the end of the client's WebSocket is the end of standard input
     * @param keys typing these ends the client's WebSocket, and what runs goes on; {@code null} if nothing does
     * @param left told then
     */
    public BrowserBridge(ServerWebSocket client, WebSocket agent, boolean closesStdin, DetachKeys keys, Runnable left) {
        this.client = client;
        this.agent = agent;
        this.closesStdin = closesStdin;
        this.keys = keys;
        this.left = left;
    }

    public void join() {
        client.handler(this::typed);
        client.closeHandler(v -> leave());
        client.exceptionHandler(e -> client.close(BROKEN));
        client.drainHandler(v -> agent.resume());
        agent.drainHandler(v -> client.resume());
        agent.binaryMessageHandler(this::receive);
        agent.endHandler(v -> client.close(NORMAL));
        agent.exceptionHandler(e -> client.close(BROKEN));
        if (client.isClosed()) {
            leave();
            return;
        }
        agent.resume();
        client.resume();
    }

    private void typed(Buffer bytes) {
        byte[] passed = keys == null ? bytes.getBytes() : keys.pass(bytes.getBytes(), bytes.length());
        if (passed == null) {
            say(Frames.control(new StreamControl.Detach()));
            left.run();
            client.close(NORMAL);
            return;
        }
        for (int from = 0; from < passed.length; from += PIECE) {
            say(Frames.stdin(Buffer.buffer(passed).slice(from, Math.min(passed.length, from + PIECE))));
        }
        if (agent.writeQueueFull()) {
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
        if (closesStdin) {
            say(Frames.control(new StreamControl.StdinClosed()));
        }
        if (!agent.isClosed()) {
            agent.close();
        }
    }

    private void say(Buffer message) {
        if (!agent.isClosed()) {
            agent.writeBinaryMessage(message);
        }
    }
}
