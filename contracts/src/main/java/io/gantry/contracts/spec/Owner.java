package io.gantry.contracts.spec;

import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.DeploymentId;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Who wants a container: a person, a deployment's replica or a build's step. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Owner.Person.class, name = "person"),
    @JsonSubTypes.Type(value = Owner.Replica.class, name = "replica"),
    @JsonSubTypes.Type(value = Owner.BuildStep.class, name = "build")
})
public sealed interface Owner {
    record Person() implements Owner {}

    /** @param slot 0 to replicas − 1; during a rollout two revisions may hold the same slot */
    record Replica(DeploymentId deployment, String deploymentName, int revision, int slot) implements Owner {}

    record BuildStep(BuildId build, int step) implements Owner {}
}
