package io.gantry.container.lifecycle.core;

import io.gantry.contracts.event.ContainerEvent;
import java.util.Optional;

/** What the other services are told of a change; what concerns none of them stays here. */
public final class Publication {
    private Publication() {}

    /** @param after the container with the change applied */
    public static Optional<ContainerEvent> of(Container after, ContainerChange change) {
        var id = after.id();
        var node = after.place() == null ? null : after.place().node();
        return Optional.ofNullable(
                switch (change) {
                    case ContainerChange.Requested(var c) ->
                            new ContainerEvent.Requested(id, c.project(), c.name(), c.owner(), c.spec(), c.image(), c.life(), c.volumes());
                    case ContainerChange.LifeChanged(var life, var run, _) -> new ContainerEvent.LifeChanged(id, life, run);
                    case ContainerChange.Renamed(var name) -> new ContainerEvent.Renamed(id, name);
                    case ContainerChange.Updated _, ContainerChange.UpdateTakenBack _ ->
                            new ContainerEvent.Updated(id, after.spec().resources(), after.spec().restart());
                    case ContainerChange.Created _ -> new ContainerEvent.Created(id, node);
                    case ContainerChange.Started(var run, _, var at, _) -> new ContainerEvent.Started(id, node, run, at);
                    case ContainerChange.Readiness(var ready) -> new ContainerEvent.Readiness(id, node, ready);
                    case ContainerChange.SignalSent(var signal) -> new ContainerEvent.Signalled(id, node, signal.name());
                    case ContainerChange.HealthChanged(var health) -> new ContainerEvent.HealthChanged(id, node, after.owner(), health);
                    case ContainerChange.Paused _ -> new ContainerEvent.Paused(id, node);
                    case ContainerChange.Unpaused _ -> new ContainerEvent.Unpaused(id, node);
                    case ContainerChange.Exited(var exit) ->
                            new ContainerEvent.Exited(
                                    id, node, after.owner(), exit.run(), exit.code(), exit.reason(), exit.finishedAt(),
                                    after.seen() == null ? null : after.seen().outOfMemory());
                    case ContainerChange.Failed(var failure) -> new ContainerEvent.Failed(id, node, after.owner(), failure);
                    case ContainerChange.Lost _ -> new ContainerEvent.Lost(id, node, after.owner());
                    case ContainerChange.Removed _ -> new ContainerEvent.Removed(id, node, after.owner());
                    case ContainerChange.Placed _,
                            ContainerChange.Unplaceable _,
                            ContainerChange.Leased _,
                            ContainerChange.LeaseRefused _,
                            ContainerChange.PauseWanted _,
                            ContainerChange.FilesRenewed _,
                            ContainerChange.Seen _,
                            ContainerChange.Preparing _,
                            ContainerChange.Stopping _,
                            ContainerChange.EpochRaised _ ->
                            null;
                });
    }
}
