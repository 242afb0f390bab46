package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** An image that nodes shall have ahead because somebody asked for it: {@code prefetch-<uuidv7>}. */
public record PrefetchId(@JsonValue String value) implements Comparable<PrefetchId> {
    private static final Pattern FORM = Ids.kind("prefetch");

    @JsonCreator
    public PrefetchId {
        Ids.check("PrefetchId", value, FORM);
    }

    @Override
    public int compareTo(PrefetchId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
