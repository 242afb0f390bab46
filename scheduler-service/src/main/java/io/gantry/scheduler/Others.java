package io.gantry.scheduler;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.Event;
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

    /** It may be: some facts don't say whose container it is. A request changes nothing for the deployment that made it. */
    boolean mayBeReplica(ContainerEvent event) {
        return switch (event) {
            case ContainerEvent.Requested _, ContainerEvent.Updated _, ContainerEvent.NetworksChanged _ -> false;
            case ContainerEvent.Placed placed -> placed.owner() instanceof Owner.Replica;
            case ContainerEvent.Exited exited -> exited.owner() instanceof Owner.Replica;
            case ContainerEvent.Failed failed -> failed.owner() instanceof Owner.Replica;
            case ContainerEvent.Lost lost -> lost.owner() instanceof Owner.Replica;
            case ContainerEvent.Removed removed -> removed.owner() instanceof Owner.Replica;
            case ContainerEvent.Unplaceable _, ContainerEvent.LifeChanged _, ContainerEvent.Created _, ContainerEvent.Started _,
                    ContainerEvent.Readiness _, ContainerEvent.Renamed _, ContainerEvent.Signalled _, ContainerEvent.HealthChanged _, ContainerEvent.Paused _, ContainerEvent.Unpaused _,
                    ContainerEvent.News _ -> !has(event.id());
        };
    }

    /** They change no room: only a deployment has something to learn from them. */
    boolean passes(Event event) {
        return (event instanceof ContainerEvent.Unplaceable || event instanceof ContainerEvent.Created || event instanceof ContainerEvent.Readiness)
                && !mayBeReplica((ContainerEvent) event);
    }
}
