package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A machine running our agent: {@code node-<uuidv7>}. */
public record NodeId(@JsonValue String value) implements Comparable<NodeId> {
    private static final Pattern FORM = Ids.kind("node");

    @JsonCreator
    public NodeId {
        Ids.check("NodeId", value, FORM);
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
