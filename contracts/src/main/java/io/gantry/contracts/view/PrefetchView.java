package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.PrefetchId;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.List;

/**
 * An image that nodes shall have ahead, and how far each is.
 *
 * @param image as it was asked for
 * @param manifest what that meant then
 * @param until when nodes needn't have it any more, and this is forgotten
 */
public record PrefetchView(@Always PrefetchId id, @Always String image, @Always Digest manifest, @Always Instant createdAt, @Always Instant until, @Always List<OnNode> nodes) {
    public PrefetchView {
        nodes = List.copyOf(nodes);
    }

    /** @param why it isn't there, a clause; {@code null} where it is or is coming */
    public record OnNode(@Always NodeId id, @Always String name, @Always State state, String why) {}

    public enum State {
        /** The node hasn't said anything of it yet. */
        WAITING,
        FETCHING,
        FETCHED,
        /** Nothing had to be fetched. */
        PRESENT,
        /** Its disk is too full; tried again each minute. */
        NO_ROOM,
        /** Tried again each minute. */
        FAILED,
        /** The node isn't heard, or is gone. */
        AWAY;

        /** It is there, or nothing comes of it for now. */
        public boolean isSettled() {
            return this != WAITING && this != FETCHING;
        }
    }

    /** How many nodes are {@link State#isSettled settled}. */
    public int settled() {
        return (int) nodes.stream().filter(node -> node.state().isSettled()).count();
    }
}
