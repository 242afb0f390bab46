package io.gantry.gateway.stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.util.function.Consumer;

/** One message of a WebSocket is a frame, and the connection ends with the stream: so agents of before {@link BodyStream} speak. */
final class WebSocketStream implements AgentStream {
    private static final short NORMAL = 1000;
    /** What may wait for the agent. */
    private static final int WAITING = 512 * 1024;
    private final WebSocket socket;
    private Runnable ended = () -> {};
    private Runnable broken = () -> {};

    /** @param socket paused */
    WebSocketStream(WebSocket socket) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(WAITING);
        socket.endHandler(_ -> ends());
        socket.exceptionHandler(_ -> broken.run());
    }

    private void ends() {
        Short code = socket.closeStatusCode();
        if (code != null && code == NORMAL) {
            ended.run();
        } else {
            broken.run();
        }
    }

    @Override
    public AgentStream onFrame(Consumer<Buffer> handler) {
        socket.binaryMessageHandler(handler::accept);
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
        socket.drainHandler(_ -> handler.run());
        return this;
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public void say(Buffer frame) {
        if (!socket.isClosed()) {
            socket.writeBinaryMessage(frame);
        }
    }

    @Override
    public boolean full() {
        return !socket.isClosed() && socket.writeQueueFull();
    }

    @Override
    public void leave() {
        ended = () -> {};
        broken = () -> {};
        if (!socket.isClosed()) {
            socket.close();
        }
    }
}
