package io.gantry.agent.stream;

import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Doesn't read, until it is killed. */
final class DeafExec extends EndlessExec {
    final CountDownLatch written = new CountDownLatch(1);
    final CountDownLatch killed = new CountDownLatch(1);
    final List<Integer> rows = new CopyOnWriteArrayList<>();

    @Override
    public OutputStream stdin() {
        return UnreadStream.of(written, this::waitForExit);
    }

    @Override
    public void resize(int rows, int columns) {
        this.rows.add(rows);
    }

    @Override
    public void kill() {
        killed.countDown();
    }

    @Override
    public int waitForExit() {
        try {
            killed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 137;
    }
}
