package io.gantry.agent.reconcile;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.gantry.agent.runtime.Running;
import java.time.Instant;

/**
 * The latest try to run a container.
 *
 * @param run the run begun, or tried; 0 before the first
 * @param restarts by policy, within this run
 * @param number grows with each start tried, of whatever run
 * @param pid {@code null} unless it runs
 */
public record Attempt(long run, int restarts, @JsonProperty("attempt") long number, Integer pid, Instant startedAt) {
    static final Attempt NONE = new Attempt(0, 0, 0, null, null);

    Attempt next(long newRun, int newRestarts) {
        return new Attempt(newRun, newRestarts, number + 1, null, null);
    }

    Attempt running(Running begun) {
        return new Attempt(begun.run(), restarts, number, begun.pid(), begun.startedAt());
    }

    Attempt over() {
        return new Attempt(run, restarts, number, null, startedAt);
    }

    /** Of that run, though nothing was tried. */
    Attempt untried(long ofRun) {
        return new Attempt(ofRun, 0, number, null, startedAt);
    }
}
