package io.gantry.image.build.step;

import io.gantry.image.build.core.Schedule;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Carries steps out as their schedule has it, each on a virtual thread. The first that fails, or an interrupt of the caller, ends all; when this returns none goes on. */
final class SideBySide {
    /** May wait; ends soon when its thread is interrupted. */
    interface Step {
        void run(int number) throws Exception;
    }

    /** @param failure {@code null} if it ended well */
    private record Ended(int number, Exception failure) {}

    private SideBySide() {}

    /** @throws Exception what the first step that failed threw */
    static void run(Schedule schedule, Step step) throws Exception {
        BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
        Map<Integer, Thread> going = new HashMap<>();
        try {
            while (!schedule.isOver()) {
                for (int number : schedule.begin()) {
                    going.put(number, Thread.ofVirtual().name("build-step-" + number).start(() -> ended.add(new Ended(number, failure(step, number)))));
                }
                Ended next = ended.take();
                going.remove(next.number());
                if (next.failure() != null) {
                    throw next.failure();
                }
                schedule.ended(next.number());
            }
        } finally {
            going.values().forEach(Thread::interrupt);
            awaitAll(going.values());
        }
    }

    private static Exception failure(Step step, int number) {
        try {
            step.run(number);
            return null;
        } catch (Exception e) {
            return e;
        } catch (Error e) {
            return new IllegalStateException("step " + number + " broke", e);
        }
    }

    /** Whether this thread is interrupted or not: what they use must not be taken away from under them. */
    private static void awaitAll(Iterable<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
