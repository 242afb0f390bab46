package io.gantry.agent.stream;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Who is at the other end of a stream of {@link Frames}, whatever carries them. Lives on its event loop. */
interface FrameClient {
    /** What it says, frame by frame; to be set before anything comes. */
    void onFrame(Consumer<Buffer> handler);

    /** Instead of what was set before. It has left, or was closed. */
    void onGone(Runnable handler);

    boolean isGone();

    /** No more than what is on its way already is told until {@link #resume}. */
    void pause();

    void resume();

    /** Says something that needs no answer: who has left without being heard is found by that. */
    void ask();

    /** Completes when it is on its way; fails for who is gone. */
    Future<Void> write(Buffer frame);

    /** When all that was written is on its way. */
    void close();
}
