package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A secret or a config: {@code secret-<uuidv7>}, {@code config-<uuidv7>}. A name may mean another one later; an id never does. */
public record KeptId(@JsonValue String value) implements Comparable<KeptId> {
    @JsonCreator
    public KeptId {
        Ids.check("KeptId", value, Ids.kind("(secret|config)"));
    }

    @Override
    public int compareTo(KeptId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
