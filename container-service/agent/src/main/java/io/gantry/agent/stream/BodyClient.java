package io.gantry.agent.stream;

import io.gantry.contracts.link.FrameCutter;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Speaks by the body of its request and hears by that of the answer, each with {@link FrameCutter frames behind their lengths}. It leaves by ending its body, and when
 * both have ended their connection carries the next request.
 */
final class BodyClient implements FrameClient {
    private static final Logger LOG = Logger.getLogger(BodyClient.class);
    private static final Buffer NOTHING = Buffer.buffer(new byte[FrameCutter.HEAD]);
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final FrameCutter cutter = new FrameCutter();
    private Consumer<Buffer> told = _ -> {};
    private Runnable gone = () -> {};
    private boolean left;

    /** On the request's event loop, before anything of its body was read. The answer's head goes out. */
    BodyClient(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
        request.handler(this::received);
        request.endHandler(_ -> leave());
        request.exceptionHandler(_ -> leave());
        response.exceptionHandler(e -> LOG.debugf(e, "a stream broke"));
        response.closeHandler(_ -> leave());
        response.setChunked(true).writeHead();
    }

    private void received(Buffer piece) {
        try {
            cutter.take(piece.getByteBuf().nioBuffer(), frame -> told.accept(Buffer.buffer(Unpooled.wrappedBuffer(frame))));
        } catch (IllegalArgumentException e) {
            LOG.debugf("a stream is broken off: %s", e.getMessage());
            request.connection().close();
        }
    }

    private void leave() {
        if (!left) {
            left = true;
            close();
            gone.run();
        }
    }

    @Override
    public void onFrame(Consumer<Buffer> handler) {
        told = handler;
    }

    @Override
    public void onGone(Runnable handler) {
        gone = handler;
    }

    @Override
    public boolean isGone() {
        return left || response.ended() || response.closed();
    }

    @Override
    public void pause() {
        if (!isGone()) {
            request.pause();
        }
    }

    @Override
    public void resume() {
        request.resume();
    }

    @Override
    public void ask() {
        response.write(NOTHING.copy());
    }

    @Override
    public Future<Void> write(Buffer frame) {
        return isGone()
                ? Future.failedFuture(new HttpClosedException("the client has left"))
                : response.write(Buffer.buffer(FrameCutter.HEAD + frame.length()).appendInt(frame.length()).appendBuffer(frame));
    }

    /** What still comes is read and dropped: the next request is behind it. */
    @Override
    public void close() {
        if (!response.ended() && !response.closed()) {
            response.end();
        }
        told = _ -> {};
        request.resume();
    }
}
