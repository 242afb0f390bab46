package io.gantry.contracts.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A deployment: {@code deployment-<uuidv7>}. */
public record DeploymentId(@JsonValue String value) implements Comparable<DeploymentId> {
    @JsonCreator
    public DeploymentId {
        Ids.check("DeploymentId", value, Ids.kind("deployment"));
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
