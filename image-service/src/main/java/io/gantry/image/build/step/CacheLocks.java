package io.gantry.image.build.step;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Caches that one step at a time may have. Those that are waited for are taken in one order, so that two steps never wait for each other; for the others nobody waits. */
@Singleton
class CacheLocks {
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** What is done while they are held. */
    interface Work<T> {
        /** @param own by what each was asked for, what there is in its place */
        T run(Map<String, String> own) throws IOException, InterruptedException;
    }

    /**
     * @param names of those that are waited for
     * @param own of those in place of which the first is given that nobody has: {@code NAME.1}, {@code NAME.2}, …
     */
    <T> T holding(List<String> names, List<String> own, Work<T> work) throws IOException, InterruptedException {
        return next(names.stream().distinct().sorted().toList(), 0, () -> free(own.stream().distinct().toList(), new HashMap<>(), work));
    }

    private interface Inner<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T next(List<String> names, int index, Inner<T> work) throws IOException, InterruptedException {
        if (index == names.size()) {
            return work.run();
        }
        ReentrantLock lock = lock(names.get(index));
        lock.lockInterruptibly();
        try {
            return next(names, index + 1, work);
        } finally {
            lock.unlock();
        }
    }

    private <T> T free(List<String> wanted, Map<String, String> found, Work<T> work) throws IOException, InterruptedException {
        if (found.size() == wanted.size()) {
            return work.run(Map.copyOf(found));
        }
        String name = wanted.get(found.size());
        int number = 1;
        while (!lock(name + "." + number).tryLock()) {
            number++;
        }
        found.put(name, name + "." + number);
        try {
            return free(wanted, found, work);
        } finally {
            lock(name + "." + number).unlock();
        }
    }

    private ReentrantLock lock(String name) {
        return locks.computeIfAbsent(name, _ -> new ReentrantLock());
    }
}
