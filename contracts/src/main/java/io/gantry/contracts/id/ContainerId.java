package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A container, for its whole life: 64 hex digits, random. */
public record ContainerId(@JsonValue String value) implements Comparable<ContainerId> {
    @JsonCreator
    public ContainerId {
        Ids.check("ContainerId", value, Ids.HEX64);
    }

    @Override
    public int compareTo(ContainerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    /** The twelve digits people see and type. */
    public String shortForm() {
        return value.substring(0, 12);
    }
}
