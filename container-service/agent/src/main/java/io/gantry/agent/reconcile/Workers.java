package io.gantry.agent.reconcile;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Work of one key in order, of different keys side by side. Platform threads: the kernel is asked to wait for namespaces and cgroups, and some
 * calls change the thread they are made on.
 */
final class Workers implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Workers.class);
    private static final int PATIENCE_SECONDS = 2;
    private final Map<Object, Queue<Runnable>> queues = new HashMap<>();
    private final ExecutorService threads;

    Workers(String name) {
        this(Thread.ofPlatform().name(name + "-", 1).daemon().factory());
    }

    Workers(ThreadFactory factory) {
        threads = Executors.newCachedThreadPool(factory);
    }

    /** @throws Error if there is no thread for it; it is not done then */
    synchronized void submit(Object key, Runnable work) {
        Queue<Runnable> queue = queues.get(key);
        if (queue == null) {
            queues.put(key, new ArrayDeque<>());
            boolean begun = false;
            try {
                threads.execute(() -> drain(key, work));
                begun = true;
            } finally {
                if (!begun) {
                    queues.remove(key);
                }
            }
        } else {
            queue.add(work);
        }
    }

    private void drain(Object key, Runnable first) {
        for (Runnable work = first; work != null; work = next(key)) {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                LOG.errorf(e, "work for %s failed", key);
            }
        }
    }

    private synchronized Runnable next(Object key) {
        Runnable next = queues.get(key).poll();
        if (next == null) {
            queues.remove(key);
        }
        return next;
    }

    /** Takes nothing more and lets what has begun end, for a while. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("leaving while work goes on; a restarted agent takes it up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
