package io.gantry.image.remote;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Ends reading from whoever says nothing any more: Java's client waits for a body without end. */
final class Silence implements AutoCloseable {
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("silence").daemon().factory());
    private final Duration longest;

    Silence(Duration longest) {
        this.longest = longest;
    }

    InputStream guard(InputStream in) {
        return new Guarded(in);
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private final class Guarded extends FilterInputStream {
        private volatile boolean silent;

        private Guarded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] data, int from, int count) throws IOException {
            ScheduledFuture<?> giveUp = watch.schedule(this::giveUp, longest.toMillis(), TimeUnit.MILLISECONDS);
            try {
                return in.read(data, from, count);
            } catch (IOException e) {
                throw silent ? new IOException("it said nothing for " + longest.toSeconds() + " s", e) : e;
            } finally {
                giveUp.cancel(false);
            }
        }

        private void giveUp() {
            silent = true;
            try {
                in.close();
            } catch (IOException e) {
                // the reader hears of it
            }
        }
    }
}
