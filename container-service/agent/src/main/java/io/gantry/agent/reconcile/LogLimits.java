package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.state.Desired;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How the logs of those that run are kept, as far as this agent has said it: once, at each change, and once more after its own restart. */
final class LogLimits {
    private final ContainerRuntime runtime;
    private final Workers workers;
    private final Map<ContainerId, LogPolicy> said = new HashMap<>();

    LogLimits(ContainerRuntime runtime, Workers workers) {
        this.runtime = runtime;
        this.workers = workers;
    }

    void keep(Held one, Optional<Desired.Container> wanted) {
        if (!one.alive()) {
            said.remove(one.id());
            return;
        }
        wanted.map(container -> container.spec().log())
                .filter(policy -> !policy.equals(said.put(one.id(), policy)))
                .ifPresent(policy -> workers.submit(one.id(), () -> runtime.limitLog(one.id(), policy)));
    }
}
