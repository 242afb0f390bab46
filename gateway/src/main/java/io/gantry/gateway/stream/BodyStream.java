package io.gantry.gateway.stream;

import io.gantry.contracts.link.FrameCutter;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Consumer;

/**
 * Says by the body of a request and hears by that of its answer, each with {@link FrameCutter frames behind their lengths}. When both have ended their connection
 * carries the next request to that agent.
 */
final class BodyStream implements AgentStream {
    /** What may wait for the agent. */
    private static final int WAITING = 512 * 1024;
    /** For an agent that is left and doesn't end its half. */
    private static final long PATIENCE_MILLIS = 10_000;

    private final Vertx vertx;
    private final HttpClientRequest up;
    private final HttpClientResponse down;
    private final FrameCutter cutter = new FrameCutter();
    private Consumer<Buffer> told = _ -> {};
    private Runnable ended = () -> {};
    private Runnable broken = () -> {};
    /** Nothing more is said. */
    private boolean over;
    private boolean heard;

    /** @param down paused */
    BodyStream(Vertx vertx, HttpClientRequest up, HttpClientResponse down) {
        this.vertx = vertx;
        this.up = up;
        this.down = down;
        up.setWriteQueueMaxSize(WAITING);
        up.exceptionHandler(_ -> breaks());
        down.handler(this::received);
        down.endHandler(_ -> ends());
        down.exceptionHandler(_ -> breaks());
    }

    private void received(Buffer piece) {
        try {
            cutter.take(piece.getByteBuf().nioBuffer(), frame -> told.accept(Buffer.buffer(Unpooled.wrappedBuffer(frame))));
        } catch (IllegalArgumentException e) {
            up.reset();
        }
    }

    private void ends() {
        heard = true;
        endBody();
        ended.run();
    }

    private void breaks() {
        if (!heard) {
            heard = true;
            over = true;
            broken.run();
        }
    }

    private void endBody() {
        if (!over) {
            over = true;
            up.end();
        }
    }

    @Override
    public AgentStream onFrame(Consumer<Buffer> handler) {
        told = handler;
        return this;
    }

    @Override
    public AgentStream onEnd(Runnable handler) {
        ended = handler;
        return this;
    }

    @Override
    public AgentStream onBreak(Runnable handler) {
        broken = handler;
        return this;
    }

    @Override
    public AgentStream onDrain(Runnable handler) {
        up.drainHandler(_ -> handler.run());
        return this;
    }

    @Override
    public void pause() {
        down.pause();
    }

    @Override
    public void resume() {
        down.resume();
    }

    @Override
    public void say(Buffer frame) {
        if (!over) {
            up.write(Buffer.buffer(FrameCutter.HEAD + frame.length()).appendInt(frame.length()).appendBuffer(frame));
        }
    }

    @Override
    public boolean full() {
        return !over && up.writeQueueFull();
    }

    /** What is still underway from the agent is read and dropped, so that its connection is free for others. */
    @Override
    public void leave() {
        told = _ -> {};
        ended = () -> {};
        broken = () -> {};
        if (over) {
            return;
        }
        endBody();
        vertx.setTimer(PATIENCE_MILLIS, _ -> {
            if (!heard) {
                up.reset();
            }
        });
        down.resume();
    }
}
