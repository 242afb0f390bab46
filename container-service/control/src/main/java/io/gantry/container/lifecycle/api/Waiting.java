package io.gantry.container.lifecycle.api;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerState;
import io.gantry.container.lifecycle.store.ContainerWatch;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.container.lifecycle.store.Refusals;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Waiting until a container has become what was asked. */
@Singleton
class Waiting {
    static final Duration START_DEADLINE = Duration.ofSeconds(60);
    static final Duration PAUSE_DEADLINE = Duration.ofSeconds(15);
    static final Duration REMOVE_DEADLINE = Duration.ofSeconds(15);
    static final Duration UPDATE_DEADLINE = Duration.ofSeconds(20);
    private static final Duration BEYOND_GRACE = Duration.ofSeconds(15);
    private final Containers containers;
    private final ContainerWatch watch;
    private final Refusals refusals;

    @Inject
    Waiting(Containers containers, ContainerWatch watch, Refusals refusals) {
        this.refusals = refusals;
        this.containers = containers;
        this.watch = watch;
    }

    /** Run {@code container.run()} has begun; fails with START_FAILED if it could not, with CONFLICT if somebody stopped it first. */
    Uni<Container> started(Container container) {
        long run = container.run();
        return since(container, c -> begun(c, run) || !wanted(c) || c.state() instanceof ContainerState.Lost)
                .ifNoItem()
                .after(START_DEADLINE)
                .failWith(() -> new Refused(
                        ProblemType.TIMEOUT,
                        "container '" + container.name() + "' has not started within " + START_DEADLINE.toSeconds() + " s",
                        "it will still start when its image and address are there; stop it if that isn't wanted"))
                .chain(c -> begun(c, run) ? requireStarted(c) : whyNotBegun(c));
    }

    Uni<Container> stopped(Container container) {
        Duration patience = container.grace().plus(BEYOND_GRACE);
        return since(container, c -> !c.state().alive())
                .ifNoItem()
                .after(patience)
                .failWith(() -> new Refused(
                        ProblemType.TIMEOUT,
                        "container '" + container.name() + "' has not stopped within " + patience.toSeconds() + " s",
                        "its node has been asked and will stop it when it answers"));
    }

    /** Held still; fails with CONFLICT if somebody wanted otherwise, or it ended, first. */
    Uni<Container> paused(Container container) {
        return pauseTaken(container, c -> c.state() instanceof ContainerState.Paused, true, "paused");
    }

    Uni<Container> unpaused(Container container) {
        return pauseTaken(container, c -> c.state() instanceof ContainerState.Running, false, "gone on");
    }

    private Uni<Container> pauseTaken(Container container, Predicate<Container> done, boolean paused, String what) {
        return since(container, c -> done.test(c) || c.paused() != paused || !c.state().alive() || c.life() != Desired.Life.RUNNING)
                .ifNoItem()
                .after(PAUSE_DEADLINE)
                .failWith(() -> new Refused(
                        ProblemType.TIMEOUT,
                        "container '" + container.name() + "' has not " + what + " within " + PAUSE_DEADLINE.toSeconds() + " s",
                        "its node has been asked and does it when it answers"))
                .invoke(c -> {
                    if (!done.test(c)) {
                        throw new Refused(
                                ProblemType.CONFLICT, "container '" + c.name() + "' has not " + what + ": it became " + c.state().word() + " meanwhile", null);
                    }
                });
    }

    Uni<Container> removed(Container container) {
        Duration patience = container.grace().plus(REMOVE_DEADLINE);
        return since(container, c -> c.state() instanceof ContainerState.Removed)
                .ifNoItem()
                .after(patience)
                .failWith(() -> new Refused(
                        ProblemType.TIMEOUT,
                        "container '" + container.name() + "' is not removed after " + patience.toSeconds() + " s",
                        "its node has been asked and will remove it when it answers"));
    }

    /** The node of a running container has dealt with its latest update; fails with CONFLICT if it could not be done. */
    Uni<Container> updated(Container container) {
        long number = container.updates();
        return since(container, c -> c.seenUpdate() >= number || c.updates() != number || !c.state().alive())
                .ifNoItem()
                .after(UPDATE_DEADLINE)
                .failWith(() -> new Refused(
                        ProblemType.TIMEOUT,
                        "container '" + container.name() + "' was not updated within " + UPDATE_DEADLINE.toSeconds() + " s",
                        "its node has been asked and will do it when it answers"))
                .invoke(c -> {
                    Container.Update last = c.update();
                    if (last != null && last.refusal() != null && last.number() == number + 1) {
                        throw new Refused(
                                ProblemType.CONFLICT,
                                "container '" + c.name() + "' was not updated, all is as it was: " + last.refusal().detail(),
                                last.refusal().hint() == null || last.refusal().hint().isEmpty() ? null : last.refusal().hint());
                    }
                });
    }

    /** It has its address there, and is plugged in if it runs; fails with why it can't be. */
    Uni<Container> connected(Container container, String network) {
        return rewired(container, c -> c.endpointOn(network).isPresent() && c.rewired() || c.spec().on(network).isEmpty(), "on", network)
                .chain(c -> c.spec().on(network).isPresent()
                        ? Uni.createFrom().item(c)
                        : refusals.whyNotConnected(c, network).chain(why -> Uni.createFrom().failure(new Refused(why))));
    }

    Uni<Container> disconnected(Container container, String network) {
        return rewired(container, c -> c.endpointOn(network).isEmpty() && c.rewired() || c.spec().on(network).isPresent(), "off", network);
    }

    private Uni<Container> rewired(Container container, Predicate<Container> done, String where, String network) {
        return since(container, c -> done.test(c) || c.state().leaving() || c.state() instanceof ContainerState.Lost)
                .ifNoItem()
                .after(UPDATE_DEADLINE)
                .failWith(() -> new Refused(
                        ProblemType.TIMEOUT,
                        "container '" + container.name() + "' is not " + where + " network '" + network + "' within " + UPDATE_DEADLINE.toSeconds() + " s",
                        "its node has been asked and will do it when it answers"));
    }

    /** Not running, and not about to be started again by policy; or its next end, whatever comes after that. */
    Uni<Container> notRunning(Container container) {
        return since(container, c -> !c.state().alive() && !c.restarting() && !starting(c) || endedSince(container, c));
    }

    /** The next end after the one that {@code container} knows of. */
    Uni<Container> nextExit(Container container) {
        return since(container, c -> endedSince(container, c));
    }

    private static boolean endedSince(Container before, Container c) {
        return !Objects.equals(c.exit(), before.exit())
                || c.state() instanceof ContainerState.Removed
                || c.state() instanceof ContainerState.Failed && !c.state().equals(before.state());
    }

    /** What it was before is told late now and then, when two transactions end at the same moment: that says nothing any more. */
    private Uni<Container> since(Container container, Predicate<Container> done) {
        return until(container.id(), c -> c.version() >= container.version() && done.test(c));
    }

    Uni<Container> until(ContainerId id, Predicate<Container> done) {
        return watch.until(id, containers.find(id), done);
    }

    private static boolean wanted(Container c) {
        return c.life() == Desired.Life.RUNNING && !c.state().leaving();
    }

    static boolean begun(Container c, long run) {
        return endedAfter(c, run) || c.seenRun() >= run
                && switch (c.state()) {
                    case ContainerState.Running _,
                            ContainerState.Paused _,
                            ContainerState.Stopping _,
                            ContainerState.Exited _,
                            ContainerState.Failed _ ->
                            true;
                    case ContainerState.Requested _,
                            ContainerState.Placed _,
                            ContainerState.Preparing _,
                            ContainerState.Created _,
                            ContainerState.Lost _,
                            ContainerState.Removing _,
                            ContainerState.Removed _ ->
                            false;
                };
    }

    /** It may be on its way out already. */
    private static boolean endedAfter(Container c, long run) {
        return c.exit() != null && c.exit().run() >= run;
    }

    private static boolean starting(Container c) {
        return wanted(c)
                && !(c.state() instanceof ContainerState.Failed)
                && !(c.state() instanceof ContainerState.Lost)
                && c.seenRun() < c.run();
    }

    private static Uni<Container> requireStarted(Container c) {
        return c.state() instanceof ContainerState.Failed(var failure) ? failed(c, failure) : Uni.createFrom().item(c);
    }

    private Uni<Container> whyNotBegun(Container c) {
        String meanwhile = wanted(c) ? "it became " + c.state().word() : "somebody " + (c.state().leaving() ? "removed" : "stopped") + " it";
        var otherwise = new Refused(ProblemType.CONFLICT, "container '" + c.name() + "' did not start: " + meanwhile + " meanwhile", null);
        return failedStart(c).chain(failure -> failure.isPresent() ? failed(c, failure.get()) : Uni.createFrom().failure(otherwise));
    }

    /** What the last start of one that is removed at its end came to grief of; empty unless it is removed for that. */
    Uni<Optional<Observed.Failure>> failedStart(Container c) {
        return c.spec().removedAtItsEnd() && c.state().leaving() && !endedAfter(c, c.seenRun()) ? refusals.whyNotStarted(c) : Uni.createFrom().item(Optional.empty());
    }

    private static Uni<Container> failed(Container c, Observed.Failure failure) {
        String errno = failure.errno() == 0 ? "" : " (errno " + failure.errno() + ")";
        return Uni.createFrom().failure(new Refused(new Refusal(
                ProblemType.START_FAILED,
                "container '" + c.name() + "' could not be started: " + failure.step() + ": " + failure.detail() + errno,
                null,
                failure.hint() == null || failure.hint().isEmpty() ? null : failure.hint(),
                failure.errno() == 0 ? null : failure.errno())));
    }
}
