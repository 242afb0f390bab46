package io.gantry.agent.reconcile;

import io.gantry.contracts.state.Observed;

/**
 * What makes the latest attempt end, or made it end.
 *
 * @param stop how it was asked to, or {@code null} if it wasn't
 * @param killed SIGKILL has been sent
 * @param unhealthy its health check made it end, or makes it
 * @param outOfMemory who was killed in it for want of memory, or {@code null}
 */
public record Ending(Observed.Stop stop, boolean killed, boolean unhealthy, Observed.OutOfMemory outOfMemory) {
    static final Ending NONE = new Ending(null, false, false, null);

    Ending asked(Observed.Stop how) {
        return new Ending(how, false, unhealthy, outOfMemory);
    }

    Ending killed(Observed.Stop how) {
        return new Ending(how, true, unhealthy, outOfMemory);
    }

    /** Whether SIGKILL went out isn't known. */
    Ending killedPerhaps() {
        return new Ending(stop, false, unhealthy, outOfMemory);
    }

    Ending givenUp() {
        return new Ending(stop, killed, true, outOfMemory);
    }

    Ending ended(Observed.OutOfMemory who) {
        return new Ending(stop, false, unhealthy, who);
    }

    /** Nobody ends it; how it was asked to stays known. */
    Ending over() {
        return new Ending(stop, false, false, outOfMemory);
    }
}
