package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** An automation rule: {@code rule-<uuidv7>}. */
public record RuleId(@JsonValue String value) implements Comparable<RuleId> {
    @JsonCreator
    public RuleId {
        Ids.check("RuleId", value, Ids.kind("rule"));
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
