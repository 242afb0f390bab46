package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Observed;
import java.time.Instant;

/** How an agent that was restarted puts together what it had noted and what it meets. Pure. */
final class Rejoining {
    private Rejoining() {}

    /**
     * The kernel knows better than our notes; but an end is recorded for as long as there is the container, and one that was noted, or was
     * followed by more, is no news.
     *
     * @param before as noted, or {@link Held#of} if it wasn't
     */
    static Held met(Held before, Recovered one, RestartPolicy.BackOff pace) {
        if (one.exit().isPresent() && !before.alive() && !before.busy() && before.latest().run() >= one.run()) {
            return before;
        }
        Held now = before.alive() && before.latest().run() == one.run()
                ? before
                : before.starting(one.run(), before.latest().run() == one.run() ? before.latest().restarts() : 0);
        if (!now.alive() || now.latest().pid() == null || now.latest().pid() != one.pid() && one.exit().isEmpty()) {
            now = now.running(new Running(one.id(), one.run(), one.pid(), one.startedAt()));
        }
        Held met = one.paused() ? now.paused() : now.stage() == Held.Stage.PAUSED ? now.unpaused() : now;
        return one.exit().map(exit -> met.exited(exit, pace)).orElseGet(met::toKillAgain);
    }

    /** Nothing of it was met: the host was restarted, or the start had not come so far. */
    static Held missed(Held one, Instant now, RestartPolicy.BackOff pace) {
        return switch (one.stage()) {
            case RUNNING, PAUSED, STOPPING -> one.exited(new Exit(137, Observed.ExitReason.SIGNALLED, now), pace);
            case STARTING -> one.failed(
                    new Observed.Failure("start", 0, "the agent ended while it started the container", "start it again"), now, pace);
            case REMOVING -> one.created();
            case PREPARING, CREATED, EXITED, FAILED, REMOVED -> one;
        };
    }
}
