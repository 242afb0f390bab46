package io.gantry.agent.reconcile;

import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.state.Desired;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides what to do about a container. Level-triggered: it looks at what is, never at what happened, so that lost, repeated or reordered
 * news lead to the same end. Called again after everything that changes its arguments. Pure.
 *
 * <p>Goals, in order: end what shall not run; never start a run twice; start what shall run as soon as its layers and address are here.
 */
public final class Reconciler {
    private Reconciler() {}

    /**
     * @param wanted empty if the node's view has no such container
     * @param complete whether that view is complete; if not, its lacking something means nothing
     * @param hasLayers the image's layers are on this host
     * @param connected its endpoint is attached, or it wants none
     */
    public static Action decide(
            Optional<Desired.Container> wanted,
            boolean complete,
            Held held,
            boolean hasLayers,
            boolean connected,
            Instant now) {
        if (held.busy()) {
            return held.stage() == Held.Stage.STARTING ? during(wanted, complete, held, now) : new Action.Nothing();
        }
        if (wanted.isEmpty()) {
            return complete ? reap(held) : new Action.Nothing();
        }
        Desired.Container container = wanted.get();
        return switch (container.life()) {
            case REMOVED -> held.alive() ? end(container, held, now) : remove(held);
            case STOPPED -> held.alive() ? end(container, held, now) : quiet(container, held, hasLayers, now);
            case CREATED -> held.alive() ? signals(container, held, now) : quiet(container, held, hasLayers, now);
            case RUNNING -> run(container, held, hasLayers, connected, now);
        };
    }

    /** What a start waits for may never come: nothing that shall be gone waits for it, nor what shall stop for longer than its grace. */
    private static Action during(Optional<Desired.Container> wanted, boolean complete, Held held, Instant now) {
        if (wanted.isEmpty()) {
            return complete ? new Action.CallOff() : new Action.Nothing();
        }
        return switch (wanted.get().life()) {
            case REMOVED -> new Action.CallOff();
            case STOPPED -> stopOnceStarted(wanted.get().grace(), held, now);
            case CREATED, RUNNING -> new Action.Nothing();
        };
    }

    private static Action stopOnceStarted(Duration grace, Held held, Instant now) {
        if (held.trouble().since() == null) {
            return new Action.StopOnceStarted();
        }
        Instant deadline = held.trouble().since().plus(grace);
        return now.isBefore(deadline) ? new Action.WaitUntil(deadline) : new Action.CallOff();
    }

    private static Action run(
            Desired.Container container, Held held, boolean hasLayers, boolean connected, Instant now) {
        if (held.alive()) {
            return container.run() > held.latest().run() || held.ending().unhealthy() ? end(container, held, now) : signals(container, held, now);
        }
        if (container.signal() != null && container.signal().number() > held.signalled()) {
            return new Action.SkipSignal(container.signal().number());
        }
        if (held.waits()) {
            return hasLayers || due(held, now) ? begin(container, container.run(), 0, hasLayers, connected) : new Action.WaitUntil(held.trouble().retryAt());
        }
        if (container.run() > held.latest().run()) {
            return begin(container, container.run(), 0, hasLayers, connected);
        }
        if (!restarts(container, held)) {
            return new Action.Nothing();
        }
        return due(held, now)
                ? begin(container, held.latest().run(), held.latest().restarts() + 1, hasLayers, connected)
                : new Action.WaitUntil(held.trouble().retryAt());
    }

    private static boolean due(Held held, Instant now) {
        return held.trouble().retryAt() == null || !now.isBefore(held.trouble().retryAt());
    }

    private static Action begin(
            Desired.Container container, long run, int restarts, boolean hasLayers, boolean connected) {
        if (!hasLayers) {
            return new Action.Fetch(container);
        }
        return connected ? new Action.Start(container, run, restarts) : new Action.Nothing();
    }

    /** A stopping container whose grace is over is killed; a shorter grace asked for meanwhile counts. */
    private static Action end(Desired.Container container, Held held, Instant now) {
        if (held.ending().killed()) {
            return new Action.Nothing();
        }
        if (held.stage() != Held.Stage.STOPPING && !container.grace().isZero()) {
            return new Action.Stop(container.stopSignal());
        }
        Instant deadline = held.trouble().since() == null ? now : held.trouble().since().plus(container.grace());
        if (!now.isBefore(deadline)) {
            return new Action.Kill();
        }
        Desired.Signal signal = container.signal();
        return signal != null && signal.number() > held.signalled()
                ? new Action.Signal(signal.number(), signal.name())
                : new Action.WaitUntil(deadline);
    }

    private static Action signals(Desired.Container container, Held held, Instant now) {
        if (held.stage() == Held.Stage.STOPPING) {
            return end(container, held, now);
        }
        Desired.Signal signal = container.signal();
        if (signal != null && signal.number() > held.signalled()) {
            return new Action.Signal(signal.number(), signal.name());
        }
        if (container.update() > held.applied().update()) {
            return new Action.Update(container);
        }
        boolean still = held.stage() == Held.Stage.PAUSED;
        return still == container.paused() ? new Action.Nothing() : container.paused() ? new Action.Pause() : new Action.Unpause();
    }

    private static Action quiet(Desired.Container container, Held held, boolean hasLayers, Instant now) {
        if (held.stage() != Held.Stage.PREPARING && !held.waits()) {
            return new Action.Nothing();
        }
        if (hasLayers) {
            return new Action.BeReady();
        }
        return due(held, now) ? new Action.Fetch(container) : new Action.WaitUntil(held.trouble().retryAt());
    }

    private static Action reap(Held held) {
        if (held.alive()) {
            return held.ending().killed() ? new Action.Nothing() : new Action.Kill();
        }
        return held.stage() == Held.Stage.REMOVED ? new Action.Nothing() : new Action.Remove();
    }

    private static Action remove(Held held) {
        return held.stage() == Held.Stage.REMOVED ? new Action.ReportRemoved() : new Action.Remove();
    }

    /** It has ended, or could not be started, and policy starts it again. */
    public static boolean startsAgain(Optional<Desired.Container> wanted, Held held) {
        boolean over = held.stage() == Held.Stage.EXITED || held.stage() == Held.Stage.FAILED;
        return over && !held.waits() && wanted.isPresent() && wanted.get().life() == Desired.Life.RUNNING && restarts(wanted.get(), held);
    }

    private static boolean restarts(Desired.Container container, Held held) {
        if (held.ending().unhealthy()) {
            return HealthCheck.effective(container.spec().health(), container.image().config().health())
                    .map(check -> check.onUnhealthy() == HealthCheck.OnUnhealthy.RESTART)
                    .orElse(false);
        }
        boolean failed = held.stage() == Held.Stage.FAILED || held.outcome().exitCode() == null || held.outcome().exitCode() != 0;
        return container.spec().restart().restartsAfter(failed, held.latest().restarts());
    }
}
