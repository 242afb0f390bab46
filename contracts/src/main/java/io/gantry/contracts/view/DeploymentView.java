package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.List;

/**
 * A deployment as it is now.
 *
 * @param revision the one wanted; {@code ready} counts ready replicas of it
 * @param wanted how many replicas there shall be: as many as the spec says, or of a global one as many as there are nodes that it is for; of a job how many of them shall end well
 * @param withheldPorts what it publishes and some node leaves to another program
 * @param warnings which rules for images its image breaks by now; what runs isn't ended for it
 * @param status of the latest rollout or, of a job, its latest run; the reason of {@code FAILED} is in {@code detail}
 * @param completed slots of a job that have ended well in its latest run: as many as {@code wanted} when it is complete; empty of any other
 * @param version grows whenever something else is wanted of it: another spec or revision
 */
public record DeploymentView(
        @Always DeploymentId id,
        @Always String name,
        @Always String project,
        @Always DeploymentSpec spec,
        int revision,
        @Always Status status,
        String detail,
        int ready,
        int wanted,
        @Always List<Replica> replicas,
        List<WithheldPort> withheldPorts,
        @Always Instant createdAt,
        Instant updatedAt,
        List<String> warnings,
        List<Integer> completed,
        long version) {
    public DeploymentView {
        completed = completed == null ? List.of() : List.copyOf(completed);
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
        withheldPorts = withheldPorts == null ? List.of() : List.copyOf(withheldPorts);
    }

    public enum Status {
        STEADY,
        ROLLING,
        /** Of a job: some have to end yet. */
        RUNNING,
        /** Of a job: all have ended well. */
        COMPLETE,
        FAILED;

        /** Nothing more comes of it by itself. */
        public boolean isSettled() {
            return this != ROLLING && this != RUNNING;
        }
    }

    /**
     * A published port that doesn't lead to the deployment on one node. Other nodes' do.
     *
     * @param node its name
     * @param why one sentence, with the name of the program that listens there
     */
    public record WithheldPort(String node, PortPublish port, String why) {}

    /** @param state of its container, as in {@link ContainerView.State} */
    public record Replica(int slot, int revision, ContainerId container, String node, String state, boolean ready) {}

    /** One entry of {@code GET /deployments/{name}/revisions}. */
    public record Revision(int revision, Digest manifest, DeploymentSpec spec, String reason, Instant createdAt) {}
}
