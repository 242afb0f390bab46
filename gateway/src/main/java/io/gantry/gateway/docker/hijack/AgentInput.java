package io.gantry.gateway.docker.hijack;

import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.link.StreamControl;
import io.gantry.gateway.stream.AgentStream;
import io.gantry.gateway.stream.Frames;
import io.vertx.core.buffer.Buffer;

/** What a client says on its way to an agent's framed stream, whatever it comes by. */
final class AgentInput {
    /** With the byte that says what it is a frame stays well below what servers take by default. */
    private static final int PIECE = 32 * 1024;

    private final AgentStream agent;
    private final boolean closesStdin;
    private final DetachKeys keys;
    private final Runnable left;

    /**
     * @param closesStdin the end of what the client says is the end of standard input
     * @param keys typing these leaves what runs, which goes on; {@code null} if nothing does
     * @param left told then
     */
    AgentInput(AgentStream agent, boolean closesStdin, DetachKeys keys, Runnable left) {
        this.agent = agent;
        this.closesStdin = closesStdin;
        this.keys = keys;
        this.left = left;
    }

    /** @return whether the client stays: it hasn't typed the keys to leave by */
    boolean typed(Buffer bytes) {
        byte[] passed = keys == null ? bytes.getBytes() : keys.pass(bytes.getBytes(), bytes.length());
        if (passed == null) {
            agent.say(Frames.control(new StreamControl.Detach()));
            left.run();
            return false;
        }
        Buffer all = Buffer.buffer(passed);
        for (int from = 0; from < all.length(); from += PIECE) {
            agent.say(Frames.stdin(all.slice(from, Math.min(all.length(), from + PIECE))));
        }
        return true;
    }

    /** The agent is to take in what was typed before the client is read on. */
    boolean full() {
        return agent.full();
    }

    void ended() {
        if (closesStdin) {
            agent.say(Frames.control(new StreamControl.StdinClosed()));
        }
    }

    void leave() {
        agent.leave();
    }
}
