package io.gantry.agent.execute;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Output on its way to a reader: one thread puts, one reads. Full, it either lets the writer wait or passes the reader by. It is full, too, when all
 * together hold too much, unless it is empty: so whoever reads goes on reading.
 */
final class ByteQueue extends InputStream {
    private final int limit;
    private final boolean lossless;
    private final Backlog backlog;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int size;
    private int offset;
    private boolean ended;
    private boolean closed;

    ByteQueue(int limit, boolean lossless, Backlog backlog) {
        this.limit = limit;
        this.lossless = lossless;
        this.backlog = backlog;
    }

    private boolean full() {
        return size >= limit || size > 0 && backlog.full();
    }

    void put(byte[] piece) {
        lock.lock();
        try {
            while (lossless && full() && !closed) {
                changed.awaitUninterruptibly();
            }
            // others may have filled up the room meanwhile: what has waited for it takes it all the same
            if (!closed && !ended && (lossless || !full())) {
                pieces.add(piece);
                size += piece.length;
                backlog.grow(piece.length);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (pieces.isEmpty() && !ended && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed || pieces.isEmpty()) {
                return -1;
            }
            byte[] first = pieces.getFirst();
            int count = Math.min(length, first.length - offset);
            System.arraycopy(first, offset, into, from, count);
            offset += count;
            size -= count;
            backlog.grow(-count);
            if (offset == first.length) {
                pieces.removeFirst();
                offset = 0;
            }
            changed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            pieces.clear();
            backlog.grow(-size);
            size = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
