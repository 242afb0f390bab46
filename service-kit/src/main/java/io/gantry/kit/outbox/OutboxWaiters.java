package io.gantry.kit.outbox;

import io.gantry.kit.outbox.OutboxTable.Ends;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Who waits until all that the outbox held when they asked is in Kafka. Asked by anybody, answered by one thread. */
final class OutboxWaiters {
    /** @param last the highest id that there was */
    private record Waiter(CompletableFuture<Void> done, long last) {}

    private final Queue<CompletableFuture<Void>> asked = new ConcurrentLinkedQueue<>();
    private final List<Waiter> waiting = new ArrayList<>();

    CompletableFuture<Void> add() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        asked.add(done);
        return done;
    }

    boolean present() {
        return !asked.isEmpty() || !waiting.isEmpty();
    }

    /** @param now what the outbox still holds */
    void answer(Ends now) {
        for (CompletableFuture<Void> one = asked.poll(); one != null; one = asked.poll()) {
            waiting.add(new Waiter(one, now.last()));
        }
        waiting.removeIf(waiter -> now.first() > waiter.last() && waiter.done().complete(null));
    }
}
