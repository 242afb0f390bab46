package io.gantry.image.layer.tar;

import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.unit.Bytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Gives up a stream that is longer than anybody may send: an archive without end, or one that unpacks to much. */
public final class BoundedStream extends FilterInputStream {
    private final String what;
    private final Bytes most;
    private long left;

    /** @param what it is, for the refusal: "the context" */
    public BoundedStream(InputStream in, String what, Bytes most) {
        super(in);
        this.what = what;
        this.most = most;
        this.left = most.value();
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        count(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] data, int from, int count) throws IOException {
        int got = super.read(data, from, count);
        count(Math.max(0, got));
        return got;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(Math.min(count, left + 1));
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long bytes) throws TarFailure {
        left -= bytes;
        if (left < 0) {
            throw new TarFailure(what + " has more than " + most + ", which is the most that is taken");
        }
    }
}
