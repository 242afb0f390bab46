package io.gantry.cli.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;

/**
 * Bytes that are made while they are sent, so that they are never whole in memory. If they can't all be made, reading fails where they
 * end: what is sent of them never looks complete.
 */
public final class UploadPipe extends FilterInputStream {
    private static final int BYTES = 1 << 20;

    /** Makes the bytes; called by a thread of its own. */
    @FunctionalInterface
    public interface Source {
        void writeTo(OutputStream out) throws IOException;
    }

    /** What is done with them. */
    @FunctionalInterface
    public interface Use<T> {
        T of(InputStream bytes) throws IOException;
    }

    private volatile IOException trouble;
    private volatile boolean closed;

    private UploadPipe(Source source) throws IOException {
        super(new PipedInputStream(BYTES));
        PipedOutputStream out = new PipedOutputStream((PipedInputStream) in);
        Thread.ofVirtual().name("upload").start(() -> fill(source, out));
    }

    /** @throws IOException why they couldn't be made, whatever the sending of a part of them came to */
    public static <T> T send(Source source, Use<T> use) throws IOException {
        try (UploadPipe pipe = new UploadPipe(source)) {
            try {
                return use.of(pipe);
            } catch (IOException | RuntimeException e) {
                if (pipe.trouble != null) {
                    pipe.trouble.addSuppressed(e);
                    throw pipe.trouble;
                }
                throw e;
            }
        }
    }

    private void fill(Source source, OutputStream out) {
        try (out) {
            write(source, out);
        } catch (IOException e) {
            // whoever reads has gone
        }
    }

    /** The trouble is known before the stream ends. */
    private void write(Source source, OutputStream out) {
        try {
            source.writeTo(out);
        } catch (UncheckedIOException e) {
            fail(e.getCause());
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(new IOException("what shall be sent can't be made: " + e, e));
        }
    }

    private void fail(IOException e) {
        // that nobody reads any more is no trouble of ours
        if (!closed) {
            trouble = e;
        }
    }

    @Override
    public int read() throws IOException {
        return orTrouble(super.read());
    }

    @Override
    public int read(byte[] bytes, int from, int most) throws IOException {
        return orTrouble(super.read(bytes, from, most));
    }

    private int orTrouble(int read) throws IOException {
        if (read < 0 && trouble != null) {
            throw trouble;
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        super.close();
    }
}
