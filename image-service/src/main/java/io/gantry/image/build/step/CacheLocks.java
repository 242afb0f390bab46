package io.gantry.image.build.step;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Caches that one step at a time may have. They are taken in one order, so that two steps never wait for each other. */
@Singleton
class CacheLocks {
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** What is done while they are held. */
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    <T> T holding(List<String> names, Work<T> work) throws IOException, InterruptedException {
        List<String> ordered = names.stream().distinct().sorted().toList();
        return next(ordered, 0, work);
    }

    private <T> T next(List<String> names, int index, Work<T> work) throws IOException, InterruptedException {
        if (index == names.size()) {
            return work.run();
        }
        ReentrantLock lock = locks.computeIfAbsent(names.get(index), _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            return next(names, index + 1, work);
        } finally {
            lock.unlock();
        }
    }
}
