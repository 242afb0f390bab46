package io.gantry.contracts.state;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.gantry.contracts.id.NodeId;

/** {@code nodeId/kind/id}: the key of a state record. Partitioned by node, so one node's records stay in order. */
public record StateKey(NodeId node, String kind, String id) {
    @JsonCreator
    public static StateKey parse(String text) {
        String[] parts = text.split("/", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a state key is node/kind/id, got '" + text + "'");
        }
        return new StateKey(new NodeId(parts[0]), parts[1], parts[2]);
    }

    @Override
    @JsonValue
    public String toString() {
        return node + "/" + kind + "/" + id;
    }
}
