package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.Exit;
import io.gantry.contracts.state.Observed;
import java.time.Instant;

/** How a container ended last, which may be an attempt before the latest; all {@code null} if it never has. */
public record Outcome(Instant finishedAt, Integer exitCode, Observed.ExitReason reason) {
    static final Outcome NONE = new Outcome(null, null, null);

    /** @param unhealthy its health check made it end */
    static Outcome of(Exit exit, boolean unhealthy) {
        boolean given = unhealthy && exit.reason() != Observed.ExitReason.OUT_OF_MEMORY;
        return new Outcome(exit.at(), exit.code(), given ? Observed.ExitReason.UNHEALTHY : exit.reason());
    }
}
