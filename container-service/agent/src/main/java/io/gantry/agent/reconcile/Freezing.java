package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.id.ContainerId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Pauses containers and lets them go on, each by its worker; what is held changes when the kernel says that it is done. Of the deciding thread. */
final class Freezing {
    private static final Logger LOG = Logger.getLogger(Freezing.class);
    private static final Duration LATER = Duration.ofSeconds(2);
    private final ContainerRuntime runtime;
    private final Workers workers;
    private final DecidingThread decisions;
    private final HeldContainers held;
    private final Consumer<ContainerId> reconcile;
    private final Set<ContainerId> at = new HashSet<>();

    Freezing(ContainerRuntime runtime, Workers workers, DecidingThread decisions, HeldContainers held, Consumer<ContainerId> reconcile) {
        this.runtime = runtime;
        this.workers = workers;
        this.decisions = decisions;
        this.held = held;
        this.reconcile = reconcile;
    }

    /** A worker is at it. */
    boolean isAt(ContainerId id) {
        return at.contains(id);
    }

    void freeze(Held one, boolean still) {
        if (at.add(one.id())) {
            workers.submit(one.id(), () -> {
                boolean done = done(one.id(), still);
                decisions.post(() -> took(one, still, done));
            });
        }
    }

    private void took(Held one, boolean still, boolean done) {
        ContainerId id = one.id();
        at.remove(id);
        Held now = held.get(id);
        if (now == null || now.attempt() != one.attempt() || now.stage() != one.stage()) {
            return;
        }
        if (done) {
            held.put(still ? now.paused() : now.unpaused());
            reconcile.accept(id);
        } else {
            decisions.postIn(LATER, () -> reconcile.accept(id));
        }
    }

    private boolean done(ContainerId id, boolean still) {
        try {
            return still ? runtime.pause(id) : runtime.unpause(id);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s could not be %s", id.shortForm(), still ? "paused" : "unpaused");
            return false;
        }
    }
}
