package io.gantry.container.lifecycle.core;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.event.VolumeEvent;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the other services are told of a change; what concerns none of them stays here. */
public final class Publication {
    private Publication() {}

    /**
     * @param before {@code null} before there was a container
     * @param after the container with the change applied
     */
    public static List<Event> of(Container before, Container after, ContainerChange change) {
        List<Event> events = new ArrayList<>();
        of(after, change).ifPresent(events::add);
        if (change instanceof ContainerChange.Started started) {
            begun(events, before, after, started);
        } else if (change instanceof ContainerChange.Exited exited) {
            ended(events, before, after, exited);
        }
        return events;
    }

    private static void begun(List<Event> events, Container before, Container after, ContainerChange.Started started) {
        after.volumes().forEach(volume -> events.add(
                new VolumeEvent.Mounted(volume.id(), after.project(), volume.name(), after.id(), volume.target(), volume.readOnly())));
        if (before.asked() == Container.Asked.RESTART && started.run() == after.run()) {
            events.add(new ContainerEvent.Restarted(after.id(), after.place().node(), started.run()));
        }
    }

    private static void ended(List<Event> events, Container before, Container after, ContainerChange.Exited exited) {
        after.volumes().forEach(volume -> events.add(new VolumeEvent.Unmounted(volume.id(), after.project(), volume.name(), after.id())));
        if (before.asked() != null && before.state().alive()) {
            events.add(new ContainerEvent.Stopped(after.id(), after.place().node(), exited.exit().run()));
        }
    }

    private static ContainerEvent happened(Container after, Observed.What what) {
        var id = after.id();
        var node = after.place().node();
        return switch (what) {
            case Observed.What.ExecCreated(var exec, var command) -> new ContainerEvent.ExecCreated(id, node, exec, command);
            case Observed.What.ExecStarted(var exec, var command) -> new ContainerEvent.ExecStarted(id, node, exec, command);
            case Observed.What.ExecEnded(var exec, var code) -> new ContainerEvent.ExecEnded(id, node, exec, code);
            case Observed.What.Resized(var rows, var columns) -> new ContainerEvent.Resized(id, node, rows, columns);
            case Observed.What.Disturbed(var resource, var percent, var millis, var by) -> new ContainerEvent.Disturbed(id, node, resource, percent, millis, by);
        };
    }

    private static Optional<ContainerEvent> of(Container after, ContainerChange change) {
        var id = after.id();
        var node = after.place() == null ? null : after.place().node();
        return Optional.ofNullable(
                switch (change) {
                    case ContainerChange.Requested(var c) ->
                            new ContainerEvent.Requested(id, c.project(), c.name(), c.owner(), c.spec(), c.image(), c.life(), c.volumes());
                    case ContainerChange.LifeChanged(var life, var run, _, _) -> new ContainerEvent.LifeChanged(id, life, run);
                    case ContainerChange.Renamed(var name) -> new ContainerEvent.Renamed(id, name);
                    case ContainerChange.Updated _, ContainerChange.UpdateTakenBack _ ->
                            new ContainerEvent.Updated(id, after.spec().resources(), after.spec().restart());
                    case ContainerChange.NetworksChanged _ ->
                            new ContainerEvent.NetworksChanged(
                                    id, node, after.place().nodeName(), after.spec(), after.name(), after.owner(),
                                    after.state() instanceof ContainerState.Running running && running.ready());
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
                                    after.seen() == null ? null : after.seen().outOfMemory(), after.life() == Desired.Life.RUNNING && after.run() > exit.run());
                    case ContainerChange.SharedMemoryFilled(var filled) -> new ContainerEvent.SharedMemoryFilled(id, node, filled.used(), filled.size());
                    case ContainerChange.Happened(var what) -> happened(after, what);
                    case ContainerChange.Failed(var failure) -> new ContainerEvent.Failed(id, node, after.owner(), failure);
                    case ContainerChange.Lost _ -> new ContainerEvent.Lost(id, node, after.owner());
                    case ContainerChange.Removed _ -> new ContainerEvent.Removed(id, node, after.owner());
                    case ContainerChange.Placed _,
                            ContainerChange.Unplaceable _,
                            ContainerChange.Leased _,
                            ContainerChange.LeaseRefused _,
                            ContainerChange.Released _,
                            ContainerChange.ConnectRefused _,
                            ContainerChange.Asked _,
                            ContainerChange.PauseWanted _,
                            ContainerChange.FilesRenewed _,
                            ContainerChange.VolumesTaken _,
                            ContainerChange.Seen _,
                            ContainerChange.Preparing _,
                            ContainerChange.Stopping _,
                            ContainerChange.EpochRaised _ ->
                            null;
                });
    }
}
