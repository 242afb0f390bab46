package io.gantry.agent.stream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;

/**
 * An answer's body as a blocking stream. It is sent in large pieces, some of which may be on their way at a time; who writes more waits until the client has
 * taken one. Not for event loops.
 */
final class ChunkedOutput extends OutputStream {
    private static final int PIECE = 128 << 10;
    private static final int UNDERWAY = 4;
    private final HttpServerResponse response;
    private final Context context;
    private final Semaphore room = new Semaphore(UNDERWAY);
    private volatile Throwable broken;
    private Buffer collected = Buffer.buffer();

    /** On the event loop; sends the head. */
    ChunkedOutput(HttpServerResponse response, Vertx vertx, String contentType) {
        this.response = response;
        this.context = vertx.getOrCreateContext();
        response.setChunked(true).putHeader("Content-Type", contentType);
        response.writeHead();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        collected.appendBytes(bytes, from, length);
        if (collected.length() >= PIECE) {
            flush();
        }
    }

    /** What was written is on its way, and may not have arrived. */
    @Override
    public void flush() throws IOException {
        if (collected.length() == 0) {
            return;
        }
        room.acquireUninterruptibly();
        if (broken != null) {
            room.release();
            throw left();
        }
        Buffer next = collected;
        collected = Buffer.buffer(Math.min(PIECE * 2, next.length() + next.length() / 2));
        context.runOnContext(_ -> send(next));
    }

    private void send(Buffer piece) {
        if (response.closed()) {
            broken = new IOException("its connection is closed");
            room.release();
        } else {
            response.write(piece).onComplete(written -> {
                if (written.failed()) {
                    broken = written.cause();
                }
                room.release();
            });
        }
    }

    private IOException left() {
        return new IOException("the client has left", broken);
    }

    /** @throws IOException unless all of it was taken */
    @Override
    public void close() throws IOException {
        flush();
        room.acquireUninterruptibly(UNDERWAY);
        room.release(UNDERWAY);
        if (broken != null) {
            throw left();
        }
        context.runOnContext(_ -> {
            if (!response.closed()) {
                response.end();
            }
        });
    }

    /** Breaks the answer off, so that the client doesn't take what it has for the whole. */
    void abort() {
        context.runOnContext(_ -> response.reset());
    }
}
