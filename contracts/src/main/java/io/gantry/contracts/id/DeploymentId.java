package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A deployment: {@code deployment-<uuidv7>}. */
public record DeploymentId(@JsonValue String value) implements Comparable<DeploymentId> {
    private static final Pattern FORM = Ids.kind("deployment");

    @JsonCreator
    public DeploymentId {
        Ids.check("DeploymentId", value, FORM);
    }

    @Override
    public int compareTo(DeploymentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
