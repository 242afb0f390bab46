package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import java.time.Instant;

/**
 * One container of a deployment, from being wanted until nothing of it is left.
 *
 * <pre>
 * STARTING ⇄ READY → RETIRING → LEAVING → (gone)
 *     └────────┴────────┴→ DEAD ─┘
 *     └────────┴→ ENDED ─────┘       of a job
 * </pre>
 *
 * @param node {@code null} until it is placed
 * @param state its container's state in words of {@code ContainerView.State}
 * @param since when it came into {@code phase}
 * @param readySince since when it was ready when it came into this phase; {@code null} when it wasn't
 * @param exits how often it ended by itself
 * @param detail why it isn't ready or is dead, in words for people; {@code null} when there is nothing to say
 */
public record Replica(
        ContainerId container,
        String name,
        int slot,
        int revision,
        NodeId node,
        Phase phase,
        String state,
        Instant since,
        Instant readySince,
        int exits,
        String detail) {
    public enum Phase {
        /** Asked for, or running and not ready. */
        STARTING,
        READY,
        /** Out of the virtual IP; open connections may end. */
        RETIRING,
        /** container-service removes it. */
        LEAVING,
        /** It won't become ready any more. */
        DEAD,
        /** It has run, and is kept to be read: of a job alone. */
        ENDED
    }

    public static Replica wanted(ContainerId container, String name, int slot, int revision, Instant now) {
        return new Replica(container, name, slot, revision, null, Phase.STARTING, "REQUESTED", now, null, 0, null);
    }

    /** It serves, or is on its way there. */
    public boolean active() {
        return phase == Phase.STARTING || phase == Phase.READY;
    }

    public boolean ready() {
        return phase == Phase.READY;
    }

    Replica in(Phase other, Instant now) {
        return new Replica(container, name, slot, revision, node, other, state, phase == other ? since : now, readySince(other, now), exits, detail);
    }

    private Instant readySince(Phase other, Instant now) {
        return switch (other) {
            case READY -> readySince == null ? now : readySince;
            case STARTING -> null;
            case RETIRING, LEAVING, DEAD, ENDED -> readySince;
        };
    }

    Replica as(String otherState) {
        return new Replica(container, name, slot, revision, node, phase, otherState, since, readySince, exits, detail);
    }

    Replica on(NodeId other) {
        return new Replica(container, name, slot, revision, other, phase, state, since, readySince, exits, detail);
    }

    Replica because(String otherDetail) {
        return new Replica(container, name, slot, revision, node, phase, state, since, readySince, exits, otherDetail);
    }

    Replica exitedOnceMore() {
        return new Replica(container, name, slot, revision, node, phase, state, since, readySince, exits + 1, detail);
    }
}
