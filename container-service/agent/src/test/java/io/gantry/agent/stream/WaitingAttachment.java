package io.gantry.agent.stream;

import io.gantry.agent.runtime.AttachSession;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/** Attached to what doesn't read, or doesn't run yet. */
final class WaitingAttachment implements AttachSession {
    final CountDownLatch closed = new CountDownLatch(1);
    final CountDownLatch over = new CountDownLatch(1);
    final CountDownLatch resized = new CountDownLatch(1);
    final CountDownLatch written = new CountDownLatch(1);

    @Override
    public OutputStream stdin() {
        return UnreadStream.of(written, this::awaitClosed);
    }

    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void closeStdin() {}

    @Override
    public InputStream stdout() {
        return new InputStream() {
            @Override
            public int read() {
                awaitStart();
                return -1;
            }
        };
    }

    private void awaitStart() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public InputStream stderr() {
        return stdout();
    }

    @Override
    public void resize(int rows, int columns) {
        resized.countDown();
        awaitStart();
    }

    @Override
    public void giveUp() {
        over.countDown();
    }

    @Override
    public void close() {
        over.countDown();
        closed.countDown();
    }
}
