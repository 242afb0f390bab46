package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A machine running our agent: {@code node-<uuidv7>}. */
public record NodeId(@JsonValue String value) implements Comparable<NodeId> {
    @JsonCreator
    public NodeId {
        Ids.check("NodeId", value, Ids.kind("node"));
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
