package io.gantry.contracts.tar;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Passes a stream through and sees all of it: whoever skips reads, and nobody reads anything twice. */
public abstract class WatchedStream extends FilterInputStream {
    private static final int PIECE = 64 << 10;

    protected WatchedStream(InputStream in) {
        super(in);
    }

    /** That was read, before its reader gets it; {@code length} is at least 1. */
    protected abstract void passed(byte[] data, int from, int length) throws IOException;

    /** Its reader has come to the end, as often as it asks there. */
    protected void ended() throws IOException {}

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] into, int from, int length) throws IOException {
        int got = in.read(into, from, length);
        if (got > 0) {
            passed(into, from, got);
        } else if (got < 0) {
            ended();
        }
        return got;
    }

    @Override
    public final long skip(long count) throws IOException {
        return readNBytes(Math.clamp(count, 0, PIECE)).length;
    }

    @Override
    public final boolean markSupported() {
        return false;
    }
}
