package io.gantry.gateway.docker.hijack;

import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.link.StreamControl;
import io.gantry.gateway.stream.AgentStream;
import io.gantry.gateway.stream.Frames;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Function;

/**
 * A Docker client's raw stream and an agent's framed one as one stream. To who wants it raw bytes come as they are; otherwise each
 * piece has Docker's eight-byte head: stream number, three zeros, length.
 */
public final class AgentBridge {
    private final Hijack client;
    private final AgentStream agent;
    private final boolean raw;
    private final boolean closesStdin;
    private final Function<StreamControl.Exit, Optional<String>> exited;
    private DetachKeys keys;
    private Runnable left = () -> {};

    /**
     * @param agent paused
     * @param closesStdin the client's half-close is the end of standard input
     * @param exited told how it ended before the client's stream does; what it answers is the last thing the client reads
     */
    public AgentBridge(Hijack client, AgentStream agent, boolean raw, boolean closesStdin, Function<StreamControl.Exit, Optional<String>> exited) {
        this.client = client;
        this.agent = agent;
        this.raw = raw;
        this.closesStdin = closesStdin;
        this.exited = exited;
    }

    /**
     * Typing these ends the client's stream, and what runs goes on.
     *
     * @param given {@code null} if nothing does
     * @param told then
     */
    public AgentBridge leftBy(DetachKeys given, Runnable told) {
        keys = given;
        left = told;
        return this;
    }

    public void join() {
        AgentInput input = new AgentInput(agent, closesStdin, keys, left);
        client.onData(bytes -> typed(input, bytes)).onEof(input::ended).onClose(input::leave).onDrain(agent::resume);
        agent.onDrain(client::resume).onFrame(this::receive).onEnd(client::close).onBreak(client::close);
        agent.resume();
        client.resume();
    }

    private void typed(AgentInput input, Buffer bytes) {
        if (!input.typed(bytes)) {
            client.close();
            input.leave();
        } else if (input.full()) {
            client.pause();
        }
    }

    private void receive(Buffer message) {
        byte what = message.getByte(0);
        switch (what) {
            case StreamControl.STDOUT, StreamControl.STDERR -> output(what, message.slice(1, message.length()));
            case StreamControl.CONTROL -> {
                if (Frames.control(message) instanceof StreamControl.Exit exit) {
                    exited.apply(exit).ifPresent(words -> output(StreamControl.STDERR, Buffer.buffer(words + "\r\n")));
                }
            }
            default -> {
                agent.leave();
                client.close();
            }
        }
    }

    /** As a client reads it that wants its output raw, or in frames. */
    public static Buffer piece(boolean raw, byte stream, Buffer bytes) {
        return raw ? bytes : Buffer.buffer(8 + bytes.length()).appendInt(stream << 24).appendInt(bytes.length()).appendBuffer(bytes);
    }

    private void output(byte stream, Buffer bytes) {
        client.write(piece(raw, stream, bytes));
        if (client.full()) {
            agent.pause();
        }
    }
}
