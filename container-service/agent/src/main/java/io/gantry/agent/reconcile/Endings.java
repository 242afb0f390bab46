package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.id.ContainerId;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Asks containers to end, kills and removes them, each by its worker; what fails is done again. Of the deciding thread. */
final class Endings {
    private static final Logger LOG = Logger.getLogger(Endings.class);
    private final ContainerRuntime runtime;
    private final Workers workers;
    private final Deciding deciding;
    private final Consumer<ContainerId> gone;

    /** @param gone told of each that has been removed */
    Endings(ContainerRuntime runtime, Workers workers, Deciding deciding, Consumer<ContainerId> gone) {
        this.runtime = runtime;
        this.workers = workers;
        this.deciding = deciding;
        this.gone = gone;
    }

    /** @param still the freezer may hold it: what is held still hears nothing */
    void stop(Held stopping, String signal, boolean still) {
        ContainerId id = stopping.id();
        deciding.held().put(stopping);
        workers.submit(id, () -> {
            runtime.signal(id, signal);
            if (still) {
                runtime.unpause(id);
            }
        });
        deciding.again().accept(id);
    }

    void kill(Held one) {
        deciding.held().put(one.beingKilled(deciding.now()));
        workers.submit(one.id(), () -> tryToKill(one.id(), one.latest().number()));
    }

    private void tryToKill(ContainerId id, long attempt) {
        try {
            runtime.kill(id);
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "%s could not be killed; trying again", id.shortForm());
            deciding.later(() -> killAgain(id, attempt));
        }
    }

    private void killAgain(ContainerId id, long attempt) {
        Held now = deciding.held().get(id);
        if (now != null && now.alive() && now.latest().number() == attempt) {
            deciding.become(now.toKillAgain());
        }
    }

    void remove(Held one) {
        deciding.held().put(one.removing());
        workers.submit(one.id(), () -> tryToRemove(one.id()));
    }

    private void tryToRemove(ContainerId id) {
        try {
            runtime.remove(id);
            deciding.post(() -> removed(deciding.held().get(id).removed()));
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "%s could not be removed; trying again", id.shortForm());
            deciding.post(() -> {
                // what it was before doesn't matter: nothing of it runs
                deciding.held().put(deciding.held().get(id).created());
                deciding.later(() -> deciding.again().accept(id));
            });
        }
    }

    /** Says so; then it is nobody's any more. */
    void removed(Held one) {
        deciding.held().tell(one);
        deciding.held().forget(one.id());
        gone.accept(one.id());
    }
}
