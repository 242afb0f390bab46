package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** An automation rule: {@code rule-<uuidv7>}. */
public record RuleId(@JsonValue String value) implements Comparable<RuleId> {
    private static final Pattern FORM = Ids.kind("rule");

    @JsonCreator
    public RuleId {
        Ids.check("RuleId", value, FORM);
    }

    @Override
    public int compareTo(RuleId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
