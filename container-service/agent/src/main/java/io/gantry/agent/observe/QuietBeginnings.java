package io.gantry.agent.observe;

import io.gantry.agent.reconcile.ContainerListener;
import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Passes on what changes, but for containers that have not begun: most of them run some milliseconds later, and a word that is overtaken costs the services as much as
 * one that counts. One that has not begun by the next heartbeat is told of then; what is in its way at once.
 */
public final class QuietBeginnings implements ContainerListener {
    private record Change(Held held, Optional<Desired.Container> wanted) {}

    private final ContainerListener listener;
    private final Map<ContainerId, Change> untold = new HashMap<>();

    public QuietBeginnings(ContainerListener listener) {
        this.listener = listener;
    }

    @Override
    public synchronized void changed(Held held, Optional<Desired.Container> wanted) {
        if (toBegin(held)) {
            untold.put(held.id(), new Change(held, wanted));
        } else {
            untold.remove(held.id());
            listener.changed(held, wanted);
        }
    }

    private static boolean toBegin(Held held) {
        return switch (held.stage()) {
            case PREPARING, CREATED, STARTING -> held.trouble().failure() == null;
            case RUNNING, PAUSED, STOPPING, EXITED, FAILED, REMOVING, REMOVED -> false;
        };
    }

    /** Every second. */
    public synchronized void beat() {
        List<Change> all = List.copyOf(untold.values());
        untold.clear();
        all.forEach(change -> listener.changed(change.held(), change.wanted()));
    }

    @Override
    public synchronized void gone(ContainerId id) {
        untold.remove(id);
        listener.gone(id);
    }

    @Override
    public synchronized void epoch(long epoch) {
        listener.epoch(epoch);
    }
}
