package io.gantry.agent.observe;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.contracts.state.StateKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers and keeps what was said, so that the same thing isn't said twice under one epoch. Guarded by its {@link NodeObserver}. */
final class Observations {
    private final NodeId node;
    private final Map<ContainerId, Observed.Container> said = new HashMap<>();
    private long version;
    private long epoch;

    Observations(NodeId node, long firstVersion, long epoch) {
        this.node = node;
        this.version = firstVersion;
        this.epoch = epoch;
    }

    /** Everything counts as unsaid under a new epoch. */
    void epoch(long next) {
        if (next != epoch) {
            epoch = next;
            said.clear();
        }
    }

    /** Null if that is what was said last. */
    ObservedRecord of(Held held, boolean ready, Observed.Health health, boolean startsAgain, Observed.Filled sharedMemory) {
        Observed.Container now = observed(held, ready, health, startsAgain, sharedMemory);
        return now.equals(said.put(held.id(), now)) ? null : record("container", held.id().value(), now);
    }

    /** Under one key for each container, as nobody needs an older one. */
    ObservedRecord of(Observed.Happening once) {
        return record("happening", once.id().value(), once);
    }

    ObservedRecord of(Observed.Node self) {
        return record("node", node.value(), self);
    }

    void forget(ContainerId id) {
        said.remove(id);
    }

    private ObservedRecord record(String kind, String id, Observed body) {
        return new ObservedRecord(new StateKey(node, kind, id), ++version, epoch, body);
    }

    static Observed.Container observed(Held held, boolean ready, Observed.Health health, boolean startsAgain, Observed.Filled sharedMemory) {
        return new Observed.Container(
                held.id(), phase(held), held.latest().run(), held.latest().restarts(), held.latest().pid(), held.latest().startedAt(), held.outcome().finishedAt(),
                ready && held.stage() == Held.Stage.RUNNING, held.outcome().exitCode(), held.outcome().reason(), held.trouble().failure(), held.applied(), health,
                startsAgain ? held.trouble().retryAt() : null, held.ending().stop(), held.ending().outOfMemory(), held.ends(), held.alive() ? sharedMemory : null,
                held.alive() ? held.plugged() : List.of());
    }

    private static Observed.Phase phase(Held held) {
        return switch (held.stage()) {
            case PREPARING, STARTING -> Observed.Phase.PREPARING;
            case CREATED -> Observed.Phase.CREATED;
            case RUNNING -> Observed.Phase.RUNNING;
            case PAUSED -> Observed.Phase.PAUSED;
            case STOPPING -> Observed.Phase.STOPPING;
            case EXITED -> Observed.Phase.EXITED;
            // what never ran has no end to tell of
            case REMOVING -> held.outcome().exitCode() == null ? Observed.Phase.CREATED : Observed.Phase.EXITED;
            case FAILED -> Observed.Phase.FAILED;
            case REMOVED -> Observed.Phase.REMOVED;
        };
    }
}
