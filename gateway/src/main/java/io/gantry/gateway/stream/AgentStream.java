package io.gantry.gateway.stream;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** A stream of {@link Frames} to and from an agent, whatever carries them; paused at first. Lives in the context that it was opened in. */
public interface AgentStream {
    AgentStream onFrame(Consumer<Buffer> handler);

    /** All that was said has been heard. */
    AgentStream onEnd(Runnable handler);

    /** The agent is gone before that. */
    AgentStream onBreak(Runnable handler);

    /** After {@link #full}, when there is room again. */
    AgentStream onDrain(Runnable handler);

    /** No more than what is on its way already is told until {@link #resume}. */
    void pause();

    void resume();

    /** Nothing once it is over. */
    void say(Buffer frame);

    /** The agent is to take in what was said before more is. */
    boolean full();

    /** Ends it from here, behind all that was said; nothing more is told. */
    void leave();
}
