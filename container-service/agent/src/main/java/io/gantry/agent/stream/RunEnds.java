package io.gantry.agent.stream;

import io.gantry.agent.reconcile.ContainerListener;
import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Lets streams wait for the end of the run that they belong to. */
public final class RunEnds implements ContainerListener {
    private final Map<ContainerId, Held> latest = new HashMap<>();
    private final Map<ContainerId, List<CompletableFuture<Held>>> waiting = new HashMap<>();

    /** The container as it is held here. */
    synchronized Optional<Held> held(ContainerId id) {
        return Optional.ofNullable(latest.get(id));
    }

    /** Completes when nothing of it runs: at once if nothing does. */
    synchronized CompletableFuture<Held> ended(ContainerId id) {
        CompletableFuture<Held> end = new CompletableFuture<>();
        Held now = latest.get(id);
        if (now == null || !now.alive()) {
            end.complete(now);
        } else {
            waiting.computeIfAbsent(id, _ -> new ArrayList<>()).add(end);
        }
        return end;
    }

    @Override
    public synchronized void changed(Held held, Optional<Desired.Container> wanted) {
        latest.put(held.id(), held);
        if (!held.alive()) {
            tell(held.id(), held);
        }
    }

    @Override
    public synchronized void gone(ContainerId id) {
        tell(id, latest.remove(id));
    }

    @Override
    public void epoch(long epoch) {
        // a run doesn't end by that
    }

    private void tell(ContainerId id, Held held) {
        List<CompletableFuture<Held>> all = waiting.remove(id);
        if (all != null) {
            all.forEach(end -> end.complete(held));
        }
    }
}
