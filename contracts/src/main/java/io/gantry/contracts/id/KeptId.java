package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A secret or a config: {@code secret-<uuidv7>}, {@code config-<uuidv7>}. A name may mean another one later; an id never does. */
public record KeptId(@JsonValue String value) implements Comparable<KeptId> {
    private static final Pattern FORM = Ids.kind("(secret|config)");

    @JsonCreator
    public KeptId {
        Ids.check("KeptId", value, FORM);
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
