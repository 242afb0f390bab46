package io.gantry.cli.progress;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes on their way, which are told; the bar is gone when all are there. */
public final class ToldOutputStream extends FilterOutputStream {
    private final Progress progress;
    private final String name;
    private final long all;
    private long written;

    /** @param all how many there will be; 0 if nobody knows */
    public ToldOutputStream(OutputStream out, Progress progress, String name, long all) {
        super(out);
        this.progress = progress;
        this.name = name;
        this.all = all;
    }

    @Override
    public void write(int one) throws IOException {
        out.write(one);
        tell(1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        out.write(bytes, from, count);
        tell(count);
    }

    private void tell(int count) {
        written += count;
        progress.bytes(name, written, all);
    }

    /** What it goes to stays open: whoever made that closes it. */
    @Override
    public void close() {
        progress.forget(name);
    }
}
