package io.gantry.agent.stream;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A request's body as a blocking stream; no more is taken from the client than is read. Not for event loops. */
final class IncomingBody extends InputStream {
    /** So many pieces may wait to be read; each is at most what TLS or the HTTP decoder makes of them. */
    private static final int AHEAD = 64;
    /** More are asked for when so many have been read: asking is a way to another thread. */
    private static final int AT_ONCE = 16;
    private static final long PATIENCE_SECONDS = 60;

    private sealed interface Piece {
        record Bytes(Buffer buffer) implements Piece {}

        record End() implements Piece {}

        record Broken(Throwable why) implements Piece {}
    }

    private final BlockingQueue<Piece> arrived = new LinkedBlockingQueue<>();
    private final HttpServerRequest request;
    private final Context context;
    private Buffer current = Buffer.buffer();
    private int at;
    private int read;
    private boolean over;

    /** On the request's event loop; the request is paused. */
    IncomingBody(HttpServerRequest request, Context context) {
        this.request = request;
        this.context = context;
        request.handler(bytes -> arrived.add(new Piece.Bytes(bytes)));
        request.endHandler(_ -> arrived.add(new Piece.End()));
        request.exceptionHandler(e -> arrived.add(new Piece.Broken(e)));
        request.fetch(AHEAD);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] data, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at == current.length()) {
            if (over) {
                return -1;
            }
            next();
        }
        int count = Math.min(length, current.length() - at);
        current.getBytes(at, at + count, data, from);
        at += count;
        return count;
    }

    private void next() throws IOException {
        try {
            switch (arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                case Piece.Bytes(var buffer) -> {
                    current = buffer;
                    at = 0;
                    if (++read == AT_ONCE) {
                        read = 0;
                        context.runOnContext(_ -> request.fetch(AT_ONCE));
                    }
                }
                case Piece.End _ -> over = true;
                case Piece.Broken(var why) -> throw new IOException("the body broke off", why);
                case null -> throw new IOException("nothing has come for " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
