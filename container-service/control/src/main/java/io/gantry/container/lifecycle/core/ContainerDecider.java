package io.gantry.container.lifecycle.core;

import static io.gantry.container.lifecycle.core.Decision.accept;
import static io.gantry.container.lifecycle.core.Decision.refuse;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Decides what a command does to a container, and applies it. Pure; {@link ObservationReading} reads what nodes say. */
public final class ContainerDecider {
    private ContainerDecider() {}

    /** @param container {@code null} if there is none of that id */
    public static Decision decide(Container container, ContainerCommand command) {
        if (command instanceof ContainerCommand.Request request) {
            return container == null ? accept(new ContainerChange.Requested(requested(request))) : accept();
        }
        if (container == null) {
            return refuse(ProblemType.NOT_FOUND, "there is no such container", null);
        }
        return switch (command) {
            case ContainerCommand.Request _ -> accept();
            case ContainerCommand.Start _ -> start(container);
            case ContainerCommand.Stop(var grace, var signal) -> Ending.decide(container, stop(container, grace, signal));
            case ContainerCommand.Restart(var grace, var signal) -> restart(container, grace, signal);
            case ContainerCommand.Kill(var signal) -> kill(container, signal);
            case ContainerCommand.Pause _ -> pause(container);
            case ContainerCommand.Unpause _ -> unpause(container);
            case ContainerCommand.Rename(var name) -> rename(container, name);
            case ContainerCommand.Update update -> Updating.decide(container, update);
            case ContainerCommand.RenewFiles _ -> container.state().leaving() ? accept() : accept(new ContainerChange.FilesRenewed(container.files() + 1));
            case ContainerCommand.Remove(var force, var volumes) -> volumes ? takingVolumes(container, remove(container, force)) : remove(container, force);
            case ContainerCommand.Dismiss _ -> withdraw(container, container.spec().stop().grace());
            case ContainerCommand.Place(var node, var name, var epoch, var reasons) ->
                    place(container, new Container.Place(node, name, epoch), reasons);
            case ContainerCommand.Unplaceable(var reasons) -> unplaceable(container, reasons);
            case ContainerCommand.Lease(var endpoint) ->
                    container.state().leaving() || container.endpoints().contains(endpoint)
                            ? accept()
                            : accept(new ContainerChange.Leased(endpoint));
            case ContainerCommand.MovePorts move -> Connecting.movePorts(container, move);
            case ContainerCommand.Release(var id) -> Connecting.release(container, id);
            case ContainerCommand.Connect connect -> Connecting.connect(container, connect.use());
            case ContainerCommand.Disconnect disconnect -> Connecting.disconnect(container, disconnect.network());
            case ContainerCommand.RefuseConnect refused -> Connecting.refused(container, refused);
            case ContainerCommand.RefuseLease refused -> leaseRefused(container, refused);
            case ContainerCommand.Observe observe -> Ending.decide(container, ObservationReading.read(container, observe));
            case ContainerCommand.Hear hear -> ObservationReading.hear(container, hear);
            case ContainerCommand.NodeLost(var node, var epoch) ->
                    holds(container, node) && epoch > container.place().epoch() && !container.state().leaving()
                            ? accept(new ContainerChange.Lost(epoch))
                            : removalOnLostNode(container, node);
            case ContainerCommand.NodeReturned(var node, var epoch) ->
                    holds(container, node) && epoch > container.place().epoch() && !(container.state() instanceof ContainerState.Removed)
                            ? accept(new ContainerChange.EpochRaised(epoch))
                            : accept();
        };
    }

    /** @param container {@code null} before {@link ContainerChange.Requested} */
    public static Container evolve(Container container, ContainerChange change) {
        return switch (change) {
            case ContainerChange.Requested(var made) -> made;
            case ContainerChange.Placed(var place, var reasons) ->
                    container.edit().place(place).reasons(reasons).state(new ContainerState.Placed()).done();
            case ContainerChange.Unplaceable(var reasons) -> container.edit().reasons(reasons).done();
            case ContainerChange.Leased(var endpoint) -> Connecting.leased(container, endpoint);
            case ContainerChange.Released(var id) -> Connecting.released(container, id);
            case ContainerChange.NetworksChanged(var networks) -> Connecting.on(container, networks);
            case ContainerChange.ConnectRefused refused -> Connecting.on(container, Connecting.without(container, refused.network()));
            case ContainerChange.LeaseRefused _ -> container.edit().done();
            case ContainerChange.Asked(var what) -> container.edit().asked(what).done();
            case ContainerChange.LifeChanged changed -> lifeChanged(container, changed);
            case ContainerChange.SignalSent(var signal) -> container.edit().signal(signal).done();
            case ContainerChange.PauseWanted(var paused) -> container.edit().paused(paused).done();
            case ContainerChange.FilesRenewed(var number) -> container.edit().files(number).done();
            case ContainerChange.VolumesTaken _ -> container.edit().takesVolumes(true).done();
            case ContainerChange.Renamed(var name) -> container.edit().name(name).done();
            case ContainerChange.Updated updated -> Updating.evolve(container, updated);
            case ContainerChange.UpdateTakenBack taken -> Updating.evolve(container, taken);
            case ContainerChange.Seen(var seen) -> container.edit().seen(seen).done();
            case ContainerChange.Preparing(var obstacle) -> unlessLeaving(container, new ContainerState.Preparing(obstacle));
            case ContainerChange.Created _ -> unlessLeaving(container, new ContainerState.Created());
            case ContainerChange.Started(_, var pid, var at, var ready) ->
                    container
                            .edit()
                            .asked(null)
                            // what began anew was asked by it to end before
                            .endSignal(container.life() == Desired.Life.RUNNING ? null : container.endSignal())
                            .state(container.state().leaving() ? new ContainerState.Removing(true) : new ContainerState.Running(pid, at, ready))
                            .done();
            case ContainerChange.Readiness(var ready) ->
                    container.state() instanceof ContainerState.Running(var pid, var at, _)
                            ? container.edit().state(new ContainerState.Running(pid, at, ready)).done()
                            : container.edit().done();
            case ContainerChange.HealthChanged _, ContainerChange.SharedMemoryFilled _, ContainerChange.Happened _ -> container.edit().done();
            case ContainerChange.Paused _ ->
                    container.state() instanceof ContainerState.Running(var pid, var at, _)
                            ? container.edit().state(new ContainerState.Paused(pid, at)).done()
                            : container.edit().done();
            case ContainerChange.Unpaused(var ready) ->
                    container.state() instanceof ContainerState.Paused(var pid, var at)
                            ? container.edit().state(new ContainerState.Running(pid, at, ready)).done()
                            : container.edit().done();
            case ContainerChange.Stopping _ ->
                    switch (container.state()) {
                        case ContainerState.Running(var pid, var at, _) -> container.edit().state(new ContainerState.Stopping(pid, at)).done();
                        case ContainerState.Paused(var pid, var at) -> container.edit().state(new ContainerState.Stopping(pid, at)).done();
                        case ContainerState.Requested _,
                                ContainerState.Placed _,
                                ContainerState.Preparing _,
                                ContainerState.Created _,
                                ContainerState.Stopping _,
                                ContainerState.Exited _,
                                ContainerState.Failed _,
                                ContainerState.Lost _,
                                ContainerState.Removing _,
                                ContainerState.Removed _ -> container.edit().done();
                    };
            case ContainerChange.Exited(var exit) ->
                    container
                            .edit()
                            .exit(exit)
                            .paused(false)
                            .asked(container.asked() == Container.Asked.RESTART ? Container.Asked.RESTART : null)
                            .state(
                                    container.state().leaving()
                                            ? new ContainerState.Removing(false)
                                            : new ContainerState.Exited(exit.code(), exit.reason(), exit.finishedAt()))
                            .done();
            case ContainerChange.Failed(var failure) -> unlessLeaving(container, new ContainerState.Failed(failure));
            case ContainerChange.Lost(var epoch) ->
                    container.edit().place(container.place().at(epoch)).state(new ContainerState.Lost()).done();
            case ContainerChange.EpochRaised(var epoch) -> container.edit().place(container.place().at(epoch)).done();
            case ContainerChange.Removed _ -> container.edit().life(Desired.Life.REMOVED).state(new ContainerState.Removed()).done();
        };
    }

    private static Container requested(ContainerCommand.Request request) {
        return new Container(
                request.id(), request.project(), request.name(), request.owner(), request.spec(), request.image(),
                request.now(), 1, request.life(), request.life() == Desired.Life.RUNNING ? 1 : 0, null,
                request.spec().stop().grace(), null, List.of(), Map.of(), null, null, new ContainerState.Requested(), null, false,
                request.volumes(), null, 0, null, false);
    }

    private static Decision start(Container container) {
        return switch (container.state()) {
            case ContainerState.Removing _, ContainerState.Removed _ -> gone(container);
            case ContainerState.Lost _ -> lost(container);
            case ContainerState.Running _ ->
                    container.life() == Desired.Life.RUNNING ? accept() : accept(again(container));
            case ContainerState.Paused _ ->
                    container.life() == Desired.Life.RUNNING
                            ? refuse(
                                    ProblemType.CONFLICT,
                                    "container '" + container.name() + "' is paused",
                                    "unpause it; or restart it, which ends it and starts it again")
                            : accept(again(container));
            case ContainerState.Requested _,
                    ContainerState.Placed _,
                    ContainerState.Preparing _,
                    ContainerState.Created _ ->
                    container.life() == Desired.Life.RUNNING ? accept() : accept(again(container));
            case ContainerState.Stopping _, ContainerState.Exited _, ContainerState.Failed _ ->
                    container.life() == Desired.Life.RUNNING && container.run() > container.seenRun()
                            ? accept()
                            : accept(again(container));
        };
    }

    private static Decision stop(Container container, Duration grace, String signal) {
        if (container.state().leaving()) {
            return gone(container);
        }
        return switch (container.life()) {
            case CREATED, STOPPED, REMOVED -> accept();
            case RUNNING ->
                    accept(
                            new ContainerChange.Asked(Container.Asked.STOP),
                            new ContainerChange.LifeChanged(Desired.Life.STOPPED, container.run(), graceOf(container, grace), signal));
        };
    }

    private static Decision restart(Container container, Duration grace, String signal) {
        return switch (container.state()) {
            case ContainerState.Removing _, ContainerState.Removed _ -> gone(container);
            case ContainerState.Lost _ -> lost(container);
            case ContainerState.Requested _,
                    ContainerState.Placed _,
                    ContainerState.Preparing _,
                    ContainerState.Created _,
                    ContainerState.Running _,
                    ContainerState.Paused _,
                    ContainerState.Stopping _,
                    ContainerState.Exited _,
                    ContainerState.Failed _ ->
                    accept(
                            new ContainerChange.Asked(Container.Asked.RESTART),
                            new ContainerChange.LifeChanged(
                                    Desired.Life.RUNNING, container.run() + 1, graceOf(container, grace), signal));
        };
    }

    private static Decision kill(Container container, String signal) {
        if (!container.state().alive() || container.state().leaving()) {
            return refuse(
                    ProblemType.CONFLICT,
                    "container '" + container.name() + "' is not running",
                    "a signal needs a process; its state is " + container.state().word());
        }
        long number = container.signal() == null ? 1 : container.signal().number() + 1;
        var sent = new ContainerChange.SignalSent(new Desired.Signal(number, signal));
        // no grace: with one its node would ask it by its stop signal first
        return signal.equals("SIGKILL") && container.life() == Desired.Life.RUNNING
                ? accept(sent, new ContainerChange.LifeChanged(Desired.Life.STOPPED, container.run(), Duration.ZERO))
                : accept(sent);
    }

    private static Decision pause(Container container) {
        if (container.state() instanceof ContainerState.Paused && container.paused()) {
            return refuse(ProblemType.CONFLICT, "container '" + container.name() + "' is already paused", null);
        }
        boolean runs = container.state() instanceof ContainerState.Running || container.state() instanceof ContainerState.Paused;
        if (!runs || container.life() != Desired.Life.RUNNING) {
            return refuse(
                    ProblemType.CONFLICT,
                    "container '" + container.name() + "' is not running",
                    "what runs can be paused; its state is " + container.state().word());
        }
        return container.paused() ? accept() : accept(new ContainerChange.PauseWanted(true));
    }

    private static Decision unpause(Container container) {
        return container.paused()
                ? accept(new ContainerChange.PauseWanted(false))
                : refuse(ProblemType.CONFLICT, "container '" + container.name() + "' is not paused", null);
    }

    private static Decision rename(Container container, String name) {
        if (container.state().leaving()) {
            return gone(container);
        }
        return name.equals(container.name()) ? accept() : accept(new ContainerChange.Renamed(name));
    }

    /** By its policy, or because somebody asked for that. */
    static boolean aboutToStart(Container container) {
        return container.restarting() || container.life() == Desired.Life.RUNNING && container.seen() != null && container.seen().nextTry() != null;
    }

    private static Decision remove(Container container, boolean force) {
        return switch (container.state()) {
            case ContainerState.Removed _ -> gone(container);
            case ContainerState.Running _, ContainerState.Paused _, ContainerState.Stopping _ ->
                    force
                            ? withdraw(container, Duration.ZERO)
                            : refuse(
                                    ProblemType.CONFLICT,
                                    "container '" + container.name() + "' is " + (container.state() instanceof ContainerState.Paused ? "paused" : "running"),
                                    "stop it first, or remove it with force");
            case ContainerState.Lost _ ->
                    force
                            ? withdraw(container, Duration.ZERO)
                            : refuse(
                                    ProblemType.CONFLICT,
                                    "the node of container '" + container.name() + "' is lost",
                                    "wait for the node, or give the container up by removing it with force");
            case ContainerState.Exited _, ContainerState.Failed _ ->
                    force || !aboutToStart(container)
                            ? withdraw(container, Duration.ZERO)
                            : refuse(
                                    ProblemType.CONFLICT,
                                    "container '" + container.name() + "' is about to be started again",
                                    "stop it first, or remove it with force");
            case ContainerState.Requested _, ContainerState.Placed _, ContainerState.Preparing _, ContainerState.Created _, ContainerState.Removing _ ->
                    withdraw(container, Duration.ZERO);
        };
    }

    /** Of what has ended, with the volumes that were made for it alone. */
    static Decision withdrawn(Container container) {
        return takingVolumes(container, withdraw(container, Duration.ZERO));
    }

    /** That they go is known before it is gone, whoever asked and whether or not he waits for it. */
    private static Decision takingVolumes(Container container, Decision removal) {
        return switch (removal) {
            case Decision.Refused refused -> refused;
            case Decision.Accepted accepted when container.takesVolumes() -> accepted;
            case Decision.Accepted(var changes) ->
                    accept(Stream.concat(Stream.of(new ContainerChange.VolumesTaken()), changes.stream()).toArray(ContainerChange[]::new));
        };
    }

    /** Where no node has it, or its node is lost and will clean up by its next snapshot, it is gone at once. */
    private static Decision withdraw(Container container, Duration grace) {
        var removing = new ContainerChange.LifeChanged(Desired.Life.REMOVED, container.run(), grace);
        return switch (container.state()) {
            case ContainerState.Removed _ -> accept();
            case ContainerState.Removing _ ->
                    grace.compareTo(container.grace()) < 0 ? accept(removing) : accept();
            case ContainerState.Requested _, ContainerState.Lost _ -> accept(removing, new ContainerChange.Removed());
            case ContainerState.Placed _,
                    ContainerState.Preparing _,
                    ContainerState.Created _,
                    ContainerState.Running _,
                    ContainerState.Paused _,
                    ContainerState.Stopping _,
                    ContainerState.Exited _,
                    ContainerState.Failed _ ->
                    container.place() == null ? accept(removing, new ContainerChange.Removed()) : accept(removing);
        };
    }

    private static Decision place(Container container, Container.Place place, Map<String, String> reasons) {
        return switch (container.state()) {
            case ContainerState.Requested _ -> accept(new ContainerChange.Placed(place, reasons));
            // withdrawn before it was placed: say again that it is gone, so that whoever acted on the placement lets go
            case ContainerState.Removed _ ->
                    container.place() == null ? accept(new ContainerChange.Removed()) : accept();
            case ContainerState.Placed _,
                    ContainerState.Preparing _,
                    ContainerState.Created _,
                    ContainerState.Running _,
                    ContainerState.Paused _,
                    ContainerState.Stopping _,
                    ContainerState.Exited _,
                    ContainerState.Failed _,
                    ContainerState.Lost _,
                    ContainerState.Removing _ ->
                    accept();
        };
    }

    private static Decision unplaceable(Container container, Map<String, String> reasons) {
        if (!(container.state() instanceof ContainerState.Requested)) {
            return accept();
        }
        var unplaceable = new ContainerChange.Unplaceable(reasons);
        return switch (container.owner()) {
            // whoever asked is waiting for the answer, and gets it; nothing is left
            case Owner.Person _ -> accept(unplaceable, new ContainerChange.Removed());
            // the scheduler tries again when the cluster changes
            case Owner.Replica _ -> accept(unplaceable);
            case Owner.BuildStep _ ->
                    accept(unplaceable, new ContainerChange.Failed(new Observed.Failure("placement", 0, reasonsText(reasons), "")));
        };
    }

    private static Decision leaseRefused(Container container, ContainerCommand.RefuseLease command) {
        if (container.state().leaving() || !container.endpoints().isEmpty()) {
            return accept();
        }
        var refused = new ContainerChange.LeaseRefused(command.problem(), command.detail(), command.hint());
        if (container.owner() instanceof Owner.Person) {
            List<ContainerChange> changes = new ArrayList<>(List.of(refused));
            changes.addAll(((Decision.Accepted) withdraw(container, Duration.ZERO)).changes());
            return new Decision.Accepted(changes);
        }
        String hint = command.hint() == null ? "" : command.hint();
        return accept(refused, new ContainerChange.Failed(new Observed.Failure("endpoint", 0, command.detail(), hint)));
    }

    private static Decision removalOnLostNode(Container container, NodeId node) {
        return holds(container, node) && container.state() instanceof ContainerState.Removing
                ? accept(new ContainerChange.Removed())
                : accept();
    }

    private static Container lifeChanged(Container container, ContainerChange.LifeChanged to) {
        Container.Edit edit = container.edit().life(to.life()).run(to.run()).grace(to.grace()).endSignal(to.signal()).paused(false);
        return to.life() == Desired.Life.REMOVED
                ? edit.state(new ContainerState.Removing(container.state().alive())).done()
                : edit.done();
    }

    private static Container unlessLeaving(Container container, ContainerState state) {
        return container.state().leaving() ? container.edit().done() : container.edit().state(state).done();
    }

    private static ContainerChange again(Container container) {
        return new ContainerChange.LifeChanged(Desired.Life.RUNNING, container.run() + 1, container.spec().stop().grace());
    }

    private static Duration graceOf(Container container, Duration asked) {
        return asked == null ? container.spec().stop().grace() : asked;
    }

    private static boolean holds(Container container, NodeId node) {
        return container.place() != null && container.place().node().equals(node);
    }

    /** Node by node why none of them takes it. */
    public static String reasonsText(Map<String, String> reasons) {
        return reasons.isEmpty()
                ? "there is no node"
                : reasons.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> e.getKey() + ": " + e.getValue())
                        .reduce((a, b) -> a + "; " + b)
                        .orElseThrow();
    }

    static Decision gone(Container container) {
        return refuse(ProblemType.CONFLICT, "container '" + container.name() + "' is being removed", null);
    }

    static Decision lost(Container container) {
        return refuse(
                ProblemType.CONFLICT,
                "the node of container '" + container.name() + "' is lost",
                "it can be started again when the node is back");
    }
}
