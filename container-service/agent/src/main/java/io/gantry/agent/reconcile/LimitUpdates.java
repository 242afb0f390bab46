package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Gives containers that run the limits of a newer spec, each by its worker. Of the deciding thread. */
final class LimitUpdates {
    private static final Logger LOG = Logger.getLogger(LimitUpdates.class);
    private final ContainerRuntime runtime;
    private final Workers workers;
    private final Deciding deciding;
    private final Map<ContainerId, Long> at = new HashMap<>();

    LimitUpdates(ContainerRuntime runtime, Workers workers, Deciding deciding) {
        this.runtime = runtime;
        this.workers = workers;
        this.deciding = deciding;
    }

    void update(Desired.Container container) {
        ContainerId id = container.id();
        if (Objects.equals(at.put(id, container.update()), container.update())) {
            return; // a worker is at it
        }
        workers.submit(id, () -> {
            Optional<Observed.Failure> refusal = refusal(container);
            deciding.post(() -> done(id, container.update(), refusal.orElse(null)));
        });
    }

    private Optional<Observed.Failure> refusal(Desired.Container container) {
        try {
            return runtime.update(container);
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "%s could not be updated", container.name());
            return Optional.of(new Observed.Failure("update", 0, String.valueOf(e.getMessage()), "see the agent's log"));
        }
    }

    private void done(ContainerId id, long number, Observed.Failure refusal) {
        at.remove(id, number);
        Held one = deciding.held().get(id);
        if (one != null && one.alive()) {
            deciding.become(one.updated(number, refusal));
        }
    }
}
