package io.gantry.agent.stream;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** An answer's body as a blocking stream: writing waits until the client takes it. Not for event loops. */
final class ChunkedOutput extends OutputStream {
    private static final int ENOUGH = 32 << 10;
    private final HttpServerResponse response;
    private final Context context;
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
        collected.appendByte((byte) b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        collected.appendBytes(bytes, from, length);
        if (collected.length() >= ENOUGH) {
            flush();
        }
    }

    @Override
    public void flush() throws IOException {
        if (collected.length() == 0) {
            return;
        }
        Buffer next = collected;
        collected = Buffer.buffer();
        CompletableFuture<Void> written = new CompletableFuture<>();
        context.runOnContext(_ -> {
            if (response.closed()) {
                written.completeExceptionally(new IOException("the client has left"));
            } else {
                response.write(next).onSuccess(written::complete).onFailure(written::completeExceptionally);
            }
        });
        try {
            written.join();
        } catch (CompletionException e) {
            throw new IOException("the client has left", e);
        }
    }

    @Override
    public void close() throws IOException {
        flush();
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
