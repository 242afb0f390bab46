package io.gantry.scheduler;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Owner;
import io.gantry.kit.stream.Recently;

/**
 * Containers that are no replicas, as their requests said: most facts of a container don't say whose it is. Of one that isn't remembered a look tells. Those that are removed at their end
 * run once, in the room that they were given: it is theirs from their place until they are gone, and nothing between changes that.
 */
final class Others {
    private static final int MOST = 10_000;

    private final Recently<ContainerId> known = new Recently<>(MOST);
    private final Recently<ContainerId> runOnce = new Recently<>(MOST);

    /** What a request, or a place, says of its container; other facts say nothing. */
    void note(ContainerEvent event) {
        if (event instanceof ContainerEvent.Requested requested && !(requested.owner() instanceof Owner.Replica)) {
            known.add(requested.id());
        } else if (event instanceof ContainerEvent.Placed placed && !(placed.owner() instanceof Owner.Replica) && placed.spec().removedAtItsEnd()) {
            // not by its request: one that waits for a node has something to lose by its removal
            runOnce.add(placed.id());
        }
    }

    boolean has(ContainerId id) {
        return known.has(id);
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

    /** They change no room, and no deployment has something to learn from them. */
    boolean passes(Event event) {
        return event instanceof ContainerEvent container
                && switch (container) {
                    case ContainerEvent.Unplaceable _, ContainerEvent.Created _, ContainerEvent.Readiness _ -> !mayBeReplica(container);
                    case ContainerEvent.LifeChanged _, ContainerEvent.Started _, ContainerEvent.Exited _, ContainerEvent.Failed _ -> runOnce.has(container.id());
                    case ContainerEvent.Requested _, ContainerEvent.Placed _, ContainerEvent.Updated _, ContainerEvent.NetworksChanged _, ContainerEvent.Lost _, ContainerEvent.Removed _,
                            ContainerEvent.Renamed _, ContainerEvent.Signalled _, ContainerEvent.HealthChanged _, ContainerEvent.Paused _, ContainerEvent.Unpaused _,
                            ContainerEvent.News _ -> false;
                };
    }
}
