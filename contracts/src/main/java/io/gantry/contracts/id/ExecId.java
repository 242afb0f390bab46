package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** One command run in a running container: 64 hex digits, random. */
public record ExecId(@JsonValue String value) implements Comparable<ExecId> {
    @JsonCreator
    public ExecId {
        Ids.check("ExecId", value, Ids.HEX64);
    }

    @Override
    public int compareTo(ExecId other) {
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
