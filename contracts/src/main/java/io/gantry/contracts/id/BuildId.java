package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** An image build: {@code build-<uuidv7>}. */
public record BuildId(@JsonValue String value) implements Comparable<BuildId> {
    private static final Pattern FORM = Ids.kind("build");

    @JsonCreator
    public BuildId {
        Ids.check("BuildId", value, FORM);
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
