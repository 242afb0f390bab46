package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A volume: {@code volume-<uuidv7>}. A name may mean another volume later; an id never does. */
public record VolumeId(@JsonValue String value) implements Comparable<VolumeId> {
    @JsonCreator
    public VolumeId {
        Ids.check("VolumeId", value, Ids.kind("volume"));
    }

    @Override
    public int compareTo(VolumeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
