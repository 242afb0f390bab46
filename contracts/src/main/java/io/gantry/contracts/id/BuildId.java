package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** An image build: {@code build-<uuidv7>}. */
public record BuildId(@JsonValue String value) implements Comparable<BuildId> {
    @JsonCreator
    public BuildId {
        Ids.check("BuildId", value, Ids.kind("build"));
    }

    @Override
    public int compareTo(BuildId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
