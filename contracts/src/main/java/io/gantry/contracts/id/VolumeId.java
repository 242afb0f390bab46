package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A volume: {@code volume-<uuidv7>}. A name may mean another volume later; an id never does. */
public record VolumeId(@JsonValue String value) implements Comparable<VolumeId> {
    private static final Pattern FORM = Ids.kind("volume");

    @JsonCreator
    public VolumeId {
        Ids.check("VolumeId", value, FORM);
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
