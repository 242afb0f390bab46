package io.gantry.container.lifecycle.stream;

import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.core.ContainerCommand.Hear;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.stream.EarlyTurns;
import java.util.List;
import java.util.Optional;

/** What a node's word means for a container. */
record Told(ObservedRecord said, ContainerId id, ContainerCommand command) {
    /** What a node says once: it counts what it says of each thing. */
    record Word(StateKey key, long epoch, long version) {}

    /** Nothing if it is about no container. */
    static Optional<Told> of(ObservedRecord said) {
        NodeId node = said.key().node();
        return switch (said.body()) {
            case Observed.Container now -> Optional.of(new Told(said, now.id(), new ContainerCommand.Observe(node, said.version(), said.epoch(), now)));
            case Observed.Happening once ->
                    Optional.of(new Told(said, once.id(), new Hear(node, said.epoch(), List.of(new ContainerCommand.Heard(said.version(), once.what())))));
            case Observed.Node _ -> Optional.empty();
        };
    }

    /** @param row not empty; of more than one each {@link #goesWith} those before it */
    static Told together(List<Told> row) {
        Told first = row.getFirst();
        return row.size() == 1 ? first : new Told(first.said, first.id, new Hear(
                first.said.key().node(), first.said.epoch(), row.stream().flatMap(one -> ((Hear) one.command).all().stream()).toList()));
    }

    /** Both only happened, and one node said them under one epoch. */
    boolean goesWith(Told before) {
        return command instanceof Hear(NodeId node, long epoch, _)
                && before.command instanceof Hear(NodeId its, long itsEpoch, _) && node.equals(its) && epoch == itsEpoch;
    }

    Word word() {
        return new Word(said.key(), said.epoch(), said.version());
    }

    EarlyTurns.Place place() {
        return new EarlyTurns.Place(Topics.statePartition(said.key().node().value()), id.value());
    }
}
