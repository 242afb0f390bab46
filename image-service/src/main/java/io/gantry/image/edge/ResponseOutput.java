package io.gantry.image.edge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** An answer's body for a thread that may wait: each piece waits until it was sent, so that a slow client slows the writer. Not cut off, it is whole. */
public final class ResponseOutput extends OutputStream {
    private final HttpServerResponse response;
    private final Context context;

    public ResponseOutput(HttpServerResponse response, Context context) {
        this.response = response;
        this.context = context;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] data, int from, int count) throws IOException {
        Buffer piece = Buffer.buffer(count).appendBytes(data, from, count);
        await(() -> {
            if (!response.headWritten()) {
                response.setChunked(true);
            }
            return response.write(piece);
        });
    }

    /** The end: what was written is all. */
    @Override
    public void close() throws IOException {
        await(response::end);
    }

    /** Not to be taken for whole. */
    public void cutOff() {
        context.runOnContext(_ -> {
            if (!response.closed()) {
                response.reset();
            }
        });
    }

    private interface Sending {
        Future<Void> send();
    }

    private void await(Sending sending) throws IOException {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        context.runOnContext(_ -> {
            if (response.closed() || response.ended()) {
                sent.completeExceptionally(new IOException("the client is gone"));
            } else {
                Future.succeededFuture().compose(_ -> sending.send()).onSuccess(sent::complete).onFailure(sent::completeExceptionally);
            }
        });
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new RequestBody.ClientGone("the client is gone", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while answering").initCause(e);
        }
    }
}
