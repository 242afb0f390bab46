package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** One container on one network: 64 hex digits, random. */
public record EndpointId(@JsonValue String value) implements Comparable<EndpointId> {
    @JsonCreator
    public EndpointId {
        Ids.check("EndpointId", value, Ids.HEX64);
    }

    @Override
    public int compareTo(EndpointId other) {
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
