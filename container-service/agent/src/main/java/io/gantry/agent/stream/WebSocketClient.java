package io.gantry.agent.stream;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** One message of a WebSocket is a frame, and the connection ends with the stream. So services of before {@link BodyClient} speak. */
final class WebSocketClient implements FrameClient {
    private static final Logger LOG = Logger.getLogger(WebSocketClient.class);
    private static final Buffer NOTHING = Buffer.buffer();
    private final ServerWebSocket socket;

    WebSocketClient(ServerWebSocket socket) {
        this.socket = socket;
        socket.exceptionHandler(e -> LOG.debugf(e, "a stream broke"));
    }

    @Override
    public void onFrame(Consumer<Buffer> handler) {
        socket.binaryMessageHandler(handler::accept);
    }

    @Override
    public void onGone(Runnable handler) {
        socket.closeHandler(_ -> handler.run());
    }

    @Override
    public boolean isGone() {
        return socket.isClosed();
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
    public void ask() {
        socket.writePing(NOTHING);
    }

    @Override
    public Future<Void> write(Buffer frame) {
        return socket.writeBinaryMessage(frame);
    }

    @Override
    public void close() {
        socket.close();
    }
}
