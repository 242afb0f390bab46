package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.id.ContainerId;
import java.util.HashSet;
import java.util.Set;
import org.jboss.logging.Logger;

/** Pauses containers and lets them go on, each by its worker; what is held changes when the kernel says that it is done. Of the deciding thread. */
final class Freezing {
    private static final Logger LOG = Logger.getLogger(Freezing.class);
    private final ContainerRuntime runtime;
    private final Workers workers;
    private final Deciding deciding;
    private final Set<ContainerId> at = new HashSet<>();

    Freezing(ContainerRuntime runtime, Workers workers, Deciding deciding) {
        this.runtime = runtime;
        this.workers = workers;
        this.deciding = deciding;
    }

    /** A worker is at it. */
    boolean isAt(ContainerId id) {
        return at.contains(id);
    }

    void freeze(Held one, boolean still) {
        if (at.add(one.id())) {
            workers.submit(one.id(), () -> {
                boolean done = done(one.id(), still);
                deciding.post(() -> took(one, still, done));
            });
        }
    }

    private void took(Held one, boolean still, boolean done) {
        ContainerId id = one.id();
        at.remove(id);
        Held now = deciding.held().get(id);
        if (now == null || now.latest().number() != one.latest().number() || now.stage() != one.stage()) {
            return;
        }
        if (done) {
            deciding.become(still ? now.paused() : now.unpaused());
        } else {
            deciding.later(() -> deciding.again().accept(id));
        }
    }

    private boolean done(ContainerId id, boolean still) {
        try {
            return still ? runtime.pause(id) : runtime.unpause(id);
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "%s could not be %s", id.shortForm(), still ? "paused" : "unpaused");
            return false;
        }
    }
}
