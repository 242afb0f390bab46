package io.gantry.agent.volume;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** A lock for each folder, for as long as somebody has it or waits for it. */
final class Turns {
    private static final class Turn {
        private final Lock lock = new ReentrantLock();
        private int wanted;
    }

    private final Map<Path, Turn> turns = new HashMap<>();

    interface Work {
        void run() throws IOException;
    }

    /** Does it when nobody else is at work on that folder. Work may begin other work on the same one. */
    void take(Path folder, Work work) throws IOException {
        Turn turn = join(folder);
        turn.lock.lock();
        try {
            work.run();
        } finally {
            turn.lock.unlock();
            leave(folder, turn);
        }
    }

    private synchronized Turn join(Path folder) {
        Turn turn = turns.computeIfAbsent(folder, _ -> new Turn());
        turn.wanted++;
        return turn;
    }

    private synchronized void leave(Path folder, Turn turn) {
        turn.wanted--;
        if (turn.wanted == 0) {
            turns.remove(folder);
        }
    }

    /** How many folders somebody is at. */
    synchronized int size() {
        return turns.size();
    }
}
