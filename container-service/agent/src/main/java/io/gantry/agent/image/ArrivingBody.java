package io.gantry.agent.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A response's body as a stream whose reader waits only so long for the next bytes: {@link java.net.http.HttpRequest#timeout} ends with the
 * head, and a peer that goes quiet without a reset would be waited for without end. However long all of it takes is fine. For one reader.
 */
final class ArrivingBody extends InputStream implements BodySubscriber<InputStream> {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /**
     * Pieces that may lie here unread, of some 16 KiB each: a reader that asks for each when it has read the one before waits for it, and the connection for being asked. Half of them are asked for at
     * a time.
     */
    static final int AHEAD = 32;

    /** What the connection says, in order. */
    private sealed interface News {
        record Piece(List<ByteBuffer> buffers) implements News {}

        record End() implements News {}

        record Broken(Throwable why) implements News {}
    }

    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    private final Duration patience;
    private Flow.Subscription subscription;
    private boolean closed;
    private long taken;
    private Iterator<ByteBuffer> piece = List.<ByteBuffer>of().iterator();
    private ByteBuffer rest = NOTHING;

    /** @param patience for the next bytes, each time */
    ArrivingBody(Duration patience) {
        this.patience = patience;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(AHEAD);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        news.add(new News.Piece(buffers));
    }

    @Override
    public void onError(Throwable why) {
        news.add(new News.Broken(why));
    }

    @Override
    public void onComplete() {
        news.add(new News.End());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        while (!rest.hasRemaining()) {
            if (piece.hasNext()) {
                rest = piece.next();
            } else if (length == 0 || !more()) {
                return length == 0 ? 0 : -1;
            }
        }
        int count = Math.min(length, rest.remaining());
        rest.get(into, from, count);
        return count;
    }

    private boolean more() throws IOException {
        News next = await();
        switch (next) {
            case News.Piece(var buffers) -> {
                piece = buffers.iterator();
                ask();
                return true;
            }
            case News.End end -> {
                news.add(end);
                return false;
            }
            case News.Broken(var why) -> {
                news.add(next);
                throw new IOException(why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage(), why);
            }
        }
    }

    private News await() throws IOException {
        News next;
        try {
            next = news.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading");
        }
        if (next == null) {
            close();
            throw new SocketTimeoutException("nothing more came for " + patience.toSeconds() + " s");
        }
        return next;
    }

    private synchronized void ask() {
        if (++taken % (AHEAD / 2) == 0 && !closed) {
            subscription.request(AHEAD / 2);
        }
    }

    /** Gives the connection up if something is still to come. */
    @Override
    public synchronized void close() {
        closed = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
