package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.view.ContainerView;
import java.util.HashMap;
import java.util.Map;

/** Labels by which Docker's clients know a task's container: which service, which task, which node. */
final class SwarmLabels {
    private static final String PREFIX = "com.docker.swarm.";

    private SwarmLabels() {}

    /** Its own, and those. */
    static Map<String, String> of(ContainerView container) {
        if (!(container.owner() instanceof Owner.Replica replica)) {
            return container.spec().labels();
        }
        Map<String, String> all = new HashMap<>(container.spec().labels());
        all.put(PREFIX + "service.id", SwarmIds.of(replica.deployment()));
        all.put(PREFIX + "service.name", replica.deploymentName());
        all.put(PREFIX + "task", "");
        all.put(PREFIX + "task.id", container.id().value());
        all.put(PREFIX + "task.name", replica.deploymentName() + "." + (replica.slot() + 1) + "." + container.id().value());
        if (container.node() != null) {
            all.put(PREFIX + "node.id", SwarmIds.of(container.node().id()));
        }
        return all;
    }
}
