package io.gantry.agent.execute;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Work in which the kernel may let us wait for long: on platform threads of its own, so many at a time. On a virtual thread it would hold the
 * carrier, of which there are as many as cores, and everything else that runs on them would stand still.
 */
final class KernelWaits {
    private static final int AT_ONCE = 32;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("kernel-wait-", 0).factory());

    /** Returns when it has begun, which may take until other work is done. */
    void begin(Runnable work) {
        free.acquireUninterruptibly();
        boolean begun = false;
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    free.release();
                }
            });
            begun = true;
        } finally {
            if (!begun) { // there is no thread to be had
                free.release();
            }
        }
    }
}
