package io.gantry.agent.stream;

import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/** What nobody reads: who writes to it waits. */
final class UnreadStream {
    private UnreadStream() {}

    static OutputStream of(CountDownLatch written, Runnable waiting) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                written.countDown();
                waiting.run();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                write(0);
            }
        };
    }
}
