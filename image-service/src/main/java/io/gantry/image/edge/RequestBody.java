package io.gantry.image.edge;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A request's body as a stream for a thread that may wait. At most {@value #WINDOW} pieces are taken from the connection ahead of
 * the reader: a slow disk slows the client, it doesn't fill the memory.
 */
public final class RequestBody extends InputStream {
    private static final int WINDOW = 16;
    private static final long SILENCE_SECONDS = 120;

    /** The client went away, or says nothing any more: nobody is left to answer. */
    public static final class ClientGone extends IOException {
        private static final long serialVersionUID = 1L;

        ClientGone(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private sealed interface Arrived {
        record Piece(Buffer bytes) implements Arrived {}

        record End() implements Arrived {}

        record Broken(Throwable cause) implements Arrived {}
    }

    private final HttpServerRequest request;
    private final Context context;
    private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();
    private Buffer current = Buffer.buffer();
    private int at;
    private int taken;
    private volatile boolean ended;

    /** On the request's event loop, before anything of the body was read. */
    public RequestBody(HttpServerRequest request, Context context) {
        this.request = request;
        this.context = context;
        request.pause();
        request.handler(bytes -> arrived.add(new Arrived.Piece(bytes)));
        request.endHandler(_ -> {
            ended = true;
            arrived.add(new Arrived.End());
        });
        request.exceptionHandler(cause -> arrived.add(new Arrived.Broken(cause)));
        request.fetch(WINDOW);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] data, int from, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        while (at == current.length()) {
            if (!take()) {
                return -1;
            }
        }
        int size = Math.min(count, current.length() - at);
        current.getBytes(at, at + size, data, from);
        at += size;
        return size;
    }

    /** Whatever the client still sends is of no interest: lets the connection go on. On the request's event loop. */
    public void discard() {
        if (!ended) {
            request.handler(_ -> {});
            request.resume();
        }
    }

    private boolean take() throws IOException {
        try {
            Arrived next = arrived.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
            return switch (next) {
                case null -> throw new ClientGone("the client sent nothing for " + SILENCE_SECONDS + " s", null);
                case Arrived.Piece(var bytes) -> {
                    current = bytes;
                    at = 0;
                    if (++taken % (WINDOW / 2) == 0) {
                        context.runOnContext(_ -> request.fetch(WINDOW / 2));
                    }
                    yield true;
                }
                case Arrived.End end -> {
                    arrived.add(end);
                    yield false;
                }
                case Arrived.Broken broken -> {
                    arrived.add(broken);
                    throw new ClientGone("the client is gone", broken.cause());
                }
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while reading a request").initCause(e);
        }
    }
}
