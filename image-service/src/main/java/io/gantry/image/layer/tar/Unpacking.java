package io.gantry.image.layer.tar;

import io.gantry.contracts.tar.TarFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A packed stream as it is unpacked: what the packed bytes are to blame for is a {@link TarFailure}, what their source is to blame for stays as it is. */
final class Unpacking extends FilterInputStream {
    /** Makes the unpacked stream; may read already. */
    @FunctionalInterface
    interface Unpacker {
        InputStream open(InputStream packed) throws IOException;
    }

    private final Source source;

    private Unpacking(Source source) {
        super(InputStream.nullInputStream());
        this.source = source;
    }

    static InputStream of(InputStream packed, Unpacker unpacker) throws IOException {
        Unpacking made = new Unpacking(new Source(packed));
        try {
            made.in = unpacker.open(made.source);
            return made;
        } catch (IOException e) {
            throw made.explain(e);
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (IOException e) {
            throw explain(e);
        }
    }

    @Override
    public int read(byte[] data, int from, int count) throws IOException {
        try {
            return in.read(data, from, count);
        } catch (IOException e) {
            throw explain(e);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        try {
            return in.skip(count);
        } catch (IOException e) {
            throw explain(e);
        }
    }

    private IOException explain(IOException e) {
        if (source.failure != null) {
            return source.failure;
        }
        return e instanceof TarFailure ? e : new TarFailure("what is packed is broken: " + e.getMessage());
    }

    /** Remembers what it failed by. */
    private static final class Source extends FilterInputStream {
        private IOException failure;

        private Source(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public int read(byte[] data, int from, int count) throws IOException {
            try {
                return in.read(data, from, count);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
