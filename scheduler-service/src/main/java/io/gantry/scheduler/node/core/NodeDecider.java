package io.gantry.scheduler.node.core;

import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import java.util.List;
import java.util.Locale;

/** Decides what a command does to a node that is known. What its heartbeats' silence means is decided by {@link NodeHealth}. */
public final class NodeDecider {
    private NodeDecider() {}

    public sealed interface Command {
        /** No new placements from now on, and its replicas move. */
        record Drain() implements Command {}

        record Resume() implements Command {}

        /** Forget it and what was reserved on it. */
        record Remove() implements Command {}

        /** Does nothing where its health is no longer {@code from}. */
        record Turn(Health from, Health to) implements Command {}
    }

    public sealed interface Answer {
        /** @param after {@code null} when it is gone; the same as before when there is nothing to do */
        record Accepted(Node after, List<NodeEvent> events) implements Answer {}

        record Refused(Refusal refusal) implements Answer {}
    }

    public static Answer decide(Node node, Command command) {
        return switch (command) {
            case Command.Drain _ -> node.drained()
                    ? nothing(node)
                    : accepted(node.withDrained(true), new NodeEvent.Drained(node.id(), node.name()));
            case Command.Resume _ -> resume(node);
            case Command.Remove _ -> remove(node);
            case Command.Turn(var from, var to) -> node.health() == from ? turn(node, to) : nothing(node);
        };
    }

    /** One that isn't heard is told of as ready when it is heard again. */
    private static Answer resume(Node node) {
        Node resumed = node.withDrained(false);
        return switch (node.health()) {
            case READY -> node.drained() ? accepted(resumed, ready(resumed)) : nothing(node);
            case SUSPECT, LOST -> accepted(resumed);
        };
    }

    private static Answer remove(Node node) {
        return switch (node.health()) {
            case LOST -> accepted(null, new NodeEvent.Removed(node.id(), node.name()));
            case READY, SUSPECT -> new Answer.Refused(Refusal.of(
                    ProblemType.CONFLICT,
                    "node " + node.name() + " is " + node.health().name().toLowerCase(Locale.ROOT) + ", not lost",
                    "drain it, stop its agent, and remove it when it is lost"));
        };
    }

    private static Answer turn(Node node, Health to) {
        return switch (to) {
            case READY -> accepted(node.withHealth(Health.READY, node.epoch()), ready(node));
            case SUSPECT -> accepted(node.withHealth(Health.SUSPECT, node.epoch()), new NodeEvent.Suspect(node.id(), node.name()));
            case LOST -> {
                Node lost = node.withHealth(Health.LOST, node.epoch() + 1);
                yield accepted(lost, new NodeEvent.Lost(lost.id(), lost.name(), lost.epoch()));
            }
        };
    }

    public static NodeEvent.Ready ready(Node node) {
        return new NodeEvent.Ready(node.id(), node.name(), node.facts().address(), node.facts().streamPort(), node.epoch());
    }

    private static Answer nothing(Node node) {
        return accepted(node);
    }

    private static Answer accepted(Node after, NodeEvent... events) {
        return new Answer.Accepted(after, List.of(events));
    }
}
