package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import java.time.Instant;
import java.util.List;

/**
 * What a running container had to wait for while it was looked at, and who made it wait.
 *
 * @param at when the looking ended, by the node's clock
 * @param millis so long was looked
 */
public record PressureView(@Always ContainerId container, @Always String name, @Always Instant at, long millis, @Always Lost cpu, @Always Lost memory, @Always Lost io) {
    /**
     * Time in which at least one of its processes waited (Documentation/accounting/psi.rst).
     *
     * @param percent of the time that was looked
     * @param causes the greatest first; empty if nothing was lost
     */
    public record Lost(double millis, double percent, List<Cause> causes) {
        public Lost {
            causes = List.copyOf(causes);
        }
    }

    /** Whose doing it was. */
    public enum Kind {
        /** Its own limit held it up, however idle the node was. */
        OWN_LIMIT,
        /** Its own processes, which are in each other's way. */
        ITSELF,
        /** Another container of the node. */
        CONTAINER,
        /** Programs of the node that are in no container of this agent's. */
        HOST
    }

    /**
     * @param container {@code null} unless it is a {@link Kind#CONTAINER}
     * @param name of that container, otherwise empty
     * @param percent of what was lost
     */
    public record Cause(Kind kind, ContainerId container, String name, double percent) {}
}
