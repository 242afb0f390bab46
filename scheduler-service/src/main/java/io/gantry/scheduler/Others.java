package io.gantry.scheduler;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Owner;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Containers that are no replicas, as their requests said: most facts of a container don't say whose it is. Of one that isn't remembered a look tells. */
final class Others {
    private static final int MOST = 10_000;

    private final Set<ContainerId> known = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ContainerId, Boolean> eldest) {
            return size() > MOST;
        }
    }));

    void note(ContainerEvent event) {
        if (event instanceof ContainerEvent.Requested requested && !(requested.owner() instanceof Owner.Replica)) {
            known.add(requested.id());
        }
    }

    boolean has(ContainerId id) {
        return known.contains(id);
    }
}
