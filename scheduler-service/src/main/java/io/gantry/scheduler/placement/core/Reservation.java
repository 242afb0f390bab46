package io.gantry.scheduler.placement.core;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;

/**
 * Whether a placed container's room counts. It does from placement on, for as long as it runs or may be started without anybody asking:
 * by its restart policy after an end or a failed start, or by its node's return. So what was given to it is never given to another
 * meanwhile. It doesn't once it is stopped, or has ended for good; one who starts it again is not asked whether there is room. Of what is removed at its end
 * little of that may be heard of: its room may count until it is gone.
 *
 * @param restarts how often it was started again by policy since a person or its owner asked for the run
 * @param halting it shall be stopped: its next end is the last
 * @param ended it doesn't run now, though it did or should have
 */
public record Reservation(RestartPolicy policy, int restarts, boolean halting, boolean ended, boolean active) {
    public static Reservation placed(RestartPolicy policy) {
        return new Reservation(policy, 0, false, false, true);
    }

    /** Not for {@code Removed}: then there is none any more. */
    public Reservation after(ContainerEvent event) {
        return switch (event) {
            case ContainerEvent.LifeChanged(_, var life, _) -> wanted(life);
            case ContainerEvent.Started _ -> new Reservation(policy, restarts, halting, false, true);
            case ContainerEvent.Exited exited when exited.restarting() -> new Reservation(policy, restarts, halting, true, true);
            case ContainerEvent.Exited exited -> ended(exited.exitCode() != 0);
            case ContainerEvent.Failed _ -> ended(true);
            case ContainerEvent.Requested _, ContainerEvent.Placed _, ContainerEvent.Unplaceable _, ContainerEvent.Created _,
                    ContainerEvent.Readiness _, ContainerEvent.Renamed _, ContainerEvent.Updated _, ContainerEvent.NetworksChanged _, ContainerEvent.Signalled _, ContainerEvent.HealthChanged _,
                    ContainerEvent.Paused _, ContainerEvent.Unpaused _, ContainerEvent.Lost _, ContainerEvent.Removed _, ContainerEvent.News _ -> this;
        };
    }

    private Reservation wanted(Desired.Life life) {
        return switch (life) {
            case STOPPED, REMOVED -> new Reservation(policy, restarts, true, ended, active && !ended);
            case CREATED, RUNNING -> new Reservation(policy, 0, false, ended, true);
        };
    }

    private Reservation ended(boolean failed) {
        return !halting && policy.restartsAfter(failed, restarts)
                ? new Reservation(policy, restarts + 1, false, true, true)
                : new Reservation(policy, restarts, halting, true, false);
    }
}
