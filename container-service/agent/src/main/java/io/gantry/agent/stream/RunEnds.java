package io.gantry.agent.stream;

import io.gantry.agent.reconcile.ContainerListener;
import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Lets streams wait for the end of the run that they belong to. */
public final class RunEnds implements ContainerListener {
    private record Waiting(long attempt, CompletableFuture<Held> end) {}

    private final Map<ContainerId, Held> latest = new HashMap<>();
    private final Map<ContainerId, Desired.Container> wanted = new HashMap<>();
    private final Map<ContainerId, List<Waiting>> waiting = new HashMap<>();
    private final Map<ContainerId, List<CompletableFuture<Held>>> expected = new HashMap<>();

    /**
     * The container as soon as it is held here: a client may ask for one that this node hears of a moment later. Completes with
     * {@code null} when patience is over.
     */
    synchronized CompletableFuture<Held> known(ContainerId id, Duration patience) {
        Held now = latest.get(id);
        if (now != null) {
            return CompletableFuture.completedFuture(now);
        }
        CompletableFuture<Held> coming = new CompletableFuture<>();
        expected.computeIfAbsent(id, _ -> new ArrayList<>()).add(coming);
        return coming.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS).whenComplete((_, _) -> forget(id, coming));
    }

    private synchronized void forget(ContainerId id, CompletableFuture<Held> coming) {
        List<CompletableFuture<Held>> all = expected.get(id);
        if (all != null && all.remove(coming) && all.isEmpty()) {
            expected.remove(id);
        }
    }

    /** What the container was to be when something was heard of it last; empty if it isn't wanted, or is being removed. */
    synchronized Optional<Desired.Container> wanted(ContainerId id) {
        Held now = latest.get(id);
        boolean goes = now == null || now.stage() == Held.Stage.REMOVING || now.stage() == Held.Stage.REMOVED;
        return goes ? Optional.empty() : Optional.ofNullable(wanted.get(id));
    }

    /** Which attempt to start it a client that attaches now belongs to: the one that runs, or the next. */
    synchronized long attempt(ContainerId id) {
        Held now = latest.get(id);
        if (now == null) {
            return 1;
        }
        return now.alive() || now.stage() == Held.Stage.STARTING ? now.latest().number() : now.latest().number() + 1;
    }

    /** Completes when that attempt has ended, or the container is gone; with {@code null} if nothing is known of it any more. May be cancelled. */
    synchronized CompletableFuture<Held> ended(ContainerId id, long attempt) {
        CompletableFuture<Held> end = new CompletableFuture<>();
        Held now = latest.get(id);
        if (now == null || over(now, attempt)) {
            end.complete(now);
        } else {
            Waiting one = new Waiting(attempt, end);
            waiting.computeIfAbsent(id, _ -> new ArrayList<>()).add(one);
            end.whenComplete((_, _) -> forget(id, one));
        }
        return end;
    }

    private synchronized void forget(ContainerId id, Waiting one) {
        List<Waiting> all = waiting.get(id);
        if (all != null && all.remove(one) && all.isEmpty()) {
            waiting.remove(id);
        }
    }

    /** Who waits for the end of some run. */
    synchronized int waiting() {
        return waiting.values().stream().mapToInt(List::size).sum();
    }

    private static boolean over(Held held, long attempt) {
        return held.latest().number() > attempt
                || held.latest().number() == attempt && !held.alive() && held.stage() != Held.Stage.STARTING;
    }

    @Override
    public synchronized void changed(Held held, Optional<Desired.Container> desired) {
        desired.ifPresent(container -> wanted.put(held.id(), container));
        latest.put(held.id(), held);
        List.copyOf(expected.getOrDefault(held.id(), List.of())).forEach(coming -> coming.complete(held));
        for (Waiting one : List.copyOf(waiting.getOrDefault(held.id(), List.of()))) {
            if (over(held, one.attempt())) {
                one.end().complete(held);
            }
        }
    }

    @Override
    public synchronized void gone(ContainerId id) {
        Held last = latest.remove(id);
        wanted.remove(id);
        List<Waiting> all = waiting.remove(id);
        if (all != null) {
            all.forEach(one -> one.end().complete(last));
        }
    }

    @Override
    public void epoch(long epoch) {
        // a run doesn't end by that
    }
}
