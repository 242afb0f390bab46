package io.gantry.agent.reconcile;

import io.gantry.contracts.id.ContainerId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What decisions are made by. What is held is the deciding thread's alone: who comes from another one posts.
 *
 * @param desire what is desired now
 * @param again decides anew about one container
 */
record Deciding(DecidingThread thread, HeldContainers held, Supplier<DesiredView> desire, Clock clock, Consumer<ContainerId> again) {
    /** Before a further attempt at what failed and mustn't be left undone. */
    private static final Duration LATER = Duration.ofSeconds(2);

    DesiredView desired() {
        return desire.get();
    }

    Instant now() {
        return clock.instant();
    }

    void post(Runnable what) {
        thread.post(what);
    }

    void later(Runnable what) {
        thread.postIn(LATER, what);
    }

    /** It is so now: what follows from it? */
    void become(Held next) {
        held.put(next);
        again.accept(next.id());
    }

    /** Decides anew about each that is held or desired. */
    void aboutAll() {
        Set<ContainerId> all = new HashSet<>(held.ids());
        desired().containers().forEach(container -> all.add(container.id()));
        all.forEach(again);
    }
}
