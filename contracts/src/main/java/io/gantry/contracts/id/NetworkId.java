package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A network: 64 hex digits, random. */
public record NetworkId(@JsonValue String value) implements Comparable<NetworkId> {
    @JsonCreator
    public NetworkId {
        Ids.check("NetworkId", value, Ids.HEX64);
    }

    @Override
    public int compareTo(NetworkId other) {
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
