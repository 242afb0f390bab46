package io.gantry.gateway.docker.hijack;

import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.link.StreamControl;
import io.gantry.gateway.stream.Frames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;

/** What a client says on its way to an agent's framed stream, whatever it comes by. */
final class AgentInput {
    /** With the byte that says what it is a frame stays well below what WebSocket servers take by default. */
    private static final int PIECE = 32 * 1024;

    /** What may wait for the agent before the client is no longer read. */
    private static final int WAITING = 512 * 1024;

    private final WebSocket agent;
    private final boolean closesStdin;
    private final DetachKeys keys;
    private final Runnable left;

    /**
     * @param closesStdin the end of what the client says is the end of standard input
     * @param keys typing these leaves what runs, which goes on; {@code null} if nothing does
     * @param left told then
     */
    AgentInput(WebSocket agent, boolean closesStdin, DetachKeys keys, Runnable left) {
        this.agent = agent;
        this.closesStdin = closesStdin;
        this.keys = keys;
        this.left = left;
        agent.setWriteQueueMaxSize(WAITING);
    }

    /** @return whether the client stays: it hasn't typed the keys to leave by */
    boolean typed(Buffer bytes) {
        byte[] passed = keys == null ? bytes.getBytes() : keys.pass(bytes.getBytes(), bytes.length());
        if (passed == null) {
            say(Frames.control(new StreamControl.Detach()));
            left.run();
            return false;
        }
        Buffer all = Buffer.buffer(passed);
        for (int from = 0; from < all.length(); from += PIECE) {
            say(Frames.stdin(all.slice(from, Math.min(all.length(), from + PIECE))));
        }
        return true;
    }

    /** The agent is to take in what was typed before the client is read on. */
    boolean full() {
        return !agent.isClosed() && agent.writeQueueFull();
    }

    void ended() {
        if (closesStdin) {
            say(Frames.control(new StreamControl.StdinClosed()));
        }
    }

    void leave() {
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
