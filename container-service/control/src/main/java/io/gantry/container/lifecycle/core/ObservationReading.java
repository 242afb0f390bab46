package io.gantry.container.lifecycle.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node's word about a container means for it. A node always says the whole; anything may have been missed before, so a start that
 * was never told is told before the exit that follows from it. What is older than what was heard already says nothing.
 */
final class ObservationReading {
    private ObservationReading() {}

    static Decision read(Container container, ContainerCommand.Observe said) {
        if (!counts(container, said.node(), said.version(), said.epoch())) {
            return Decision.accept();
        }
        Observed.Container now = said.observed();
        List<ContainerChange> changes = new ArrayList<>();
        changes.add(
                new ContainerChange.Seen(
                        new Container.Seen(
                                said.version(), said.epoch(), now.run(), now.restarts(), now.startedAt(), now.applied(), now.health(), now.nextTry(),
                                now.stop(), now.outOfMemory(), now.ends(), now.sharedMemory(), now.plugged())));
        refusal(container, now).ifPresent(changes::add);
        switch (now.phase()) {
            case PREPARING ->
                    changeTo(changes, container, new ContainerState.Preparing(now.failure()), new ContainerChange.Preparing(now.failure()));
            case CREATED -> changeTo(changes, container, new ContainerState.Created(), new ContainerChange.Created());
            case RUNNING -> running(changes, container, now);
            case PAUSED -> {
                running(changes, container, now);
                if (!(container.state() instanceof ContainerState.Paused)) {
                    changes.add(new ContainerChange.Paused());
                }
            }
            case STOPPING -> {
                running(changes, container, now);
                if (!(container.state() instanceof ContainerState.Stopping)) {
                    changes.add(new ContainerChange.Stopping());
                }
            }
            case EXITED -> exited(changes, container, now);
            case FAILED -> {
                if (!container.state().equals(new ContainerState.Failed(now.failure()))) {
                    changes.add(new ContainerChange.Failed(now.failure()));
                }
            }
            case REMOVED -> changes.add(new ContainerChange.Removed());
        }
        health(changes, container, now);
        sharedMemory(changes, container, now);
        return new Decision.Accepted(changes);
    }

    /** What happened before something that is known already has been told. */
    static Decision hear(Container container, ContainerCommand.Hear heard) {
        List<ContainerCommand.Heard> news = container.seen() == null
                ? List.of()
                : heard.all().stream().filter(one -> counts(container, heard.node(), one.version(), heard.epoch())).toList();
        if (news.isEmpty()) {
            return Decision.accept();
        }
        List<ContainerChange> changes = new ArrayList<>();
        changes.add(new ContainerChange.Seen(container.seen().heard(news.getLast().version(), heard.epoch())));
        news.forEach(one -> changes.add(new ContainerChange.Happened(one.what())));
        return new Decision.Accepted(changes);
    }

    /** Once each time that it fills. */
    private static void sharedMemory(List<ContainerChange> changes, Container container, Observed.Container now) {
        Observed.Filled before = container.seen() == null ? null : container.seen().sharedMemory();
        if (now.sharedMemory() != null && !now.sharedMemory().equals(before)) {
            changes.add(new ContainerChange.SharedMemoryFilled(now.sharedMemory()));
        }
    }

    /** What it could not be given as it runs is wanted no more. */
    private static Optional<ContainerChange> refusal(Container container, Observed.Container now) {
        Container.Update update = container.update();
        return update != null && update.before() != null && now.applied().update() == update.number() && now.applied().refusal() != null
                ? Optional.of(new ContainerChange.UpdateTakenBack(update.number() + 1, update.before(), now.applied().refusal()))
                : Optional.empty();
    }

    /** That it is looked at anew is no news. */
    private static void health(List<ContainerChange> changes, Container container, Observed.Container now) {
        Observed.Health before = container.seen() == null ? null : container.seen().health();
        boolean told = now.health() != null && now.health().status() != Observed.Health.Status.STARTING;
        if (told && (before == null || before.status() != now.health().status())) {
            changes.add(new ContainerChange.HealthChanged(now.health()));
        }
    }

    private static boolean counts(Container container, NodeId node, long version, long epoch) {
        if (container.place() == null
                || !container.place().node().equals(node)
                || container.state() instanceof ContainerState.Removed
                || epoch < container.place().epoch()) {
            return false;
        }
        Container.Seen before = container.seen();
        return before == null || epoch > before.epoch() || epoch == before.epoch() && version > before.version();
    }

    private static void changeTo(
            List<ContainerChange> changes, Container container, ContainerState state, ContainerChange change) {
        if (!container.state().equals(state) && !container.state().leaving()) {
            changes.add(change);
        }
    }

    private static void running(List<ContainerChange> changes, Container container, Observed.Container now) {
        if (!knownStart(container, now) || container.state() instanceof ContainerState.Lost) {
            changes.add(new ContainerChange.Started(now.run(), pid(now), now.startedAt(), now.ready()));
        } else if (container.state() instanceof ContainerState.Paused && now.phase() == Observed.Phase.RUNNING) {
            changes.add(new ContainerChange.Unpaused(now.ready()));
            if (now.ready()) {
                changes.add(new ContainerChange.Readiness(true));
            }
        } else if (container.state() instanceof ContainerState.Running(_, _, boolean ready) && ready != now.ready()) {
            changes.add(new ContainerChange.Readiness(now.ready()));
        }
    }

    private static void exited(List<ContainerChange> changes, Container container, Observed.Container now) {
        if (now.exitCode() == null) {
            return; // an end without a code is none that anybody can be told of
        }
        var exit = new Container.LastExit(now.run(), now.exitCode(), now.reason(), now.finishedAt());
        if (exit.equals(container.exit())) {
            if (container.state() instanceof ContainerState.Lost) {
                changes.add(new ContainerChange.Exited(exit));
            }
            return;
        }
        if (now.startedAt() != null && !knownStart(container, now)) {
            changes.add(new ContainerChange.Started(now.run(), pid(now), now.startedAt(), false));
        }
        changes.add(new ContainerChange.Exited(exit));
    }

    /** The very start that {@code now} speaks of has been told before. */
    private static boolean knownStart(Container container, Observed.Container now) {
        Container.Seen before = container.seen();
        return before != null
                && before.run() == now.run()
                && before.restarts() == now.restarts()
                && before.startedAt() != null
                && before.startedAt().equals(now.startedAt());
    }

    private static int pid(Observed.Container now) {
        return now.pid() == null ? 0 : now.pid();
    }
}
