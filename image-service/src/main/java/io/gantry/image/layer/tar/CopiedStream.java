package io.gantry.image.layer.tar;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Writes all that is read of it, or skipped, somewhere else, too. */
final class CopiedStream extends FilterInputStream {
    private final OutputStream copy;
    private boolean empty = true;

    CopiedStream(InputStream in, OutputStream copy) {
        super(in);
        this.copy = copy;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        if (one >= 0) {
            empty = false;
            copy.write(one);
        }
        return one;
    }

    @Override
    public int read(byte[] data, int from, int count) throws IOException {
        int got = super.read(data, from, count);
        if (got > 0) {
            empty = false;
            copy.write(data, from, got);
        }
        return got;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] data = new byte[(int) Math.min(1 << 16, Math.max(1, count))];
        return Math.max(0, read(data, 0, (int) Math.min(data.length, count)));
    }

    /** Whether nothing has come yet. */
    boolean isEmpty() {
        return empty;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
