package io.gantry.contracts.event;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.ResolvedImage;
import java.util.List;
import java.util.UUID;

/** Deployments, from scheduler-service. */
public sealed interface DeploymentEvent extends Event {
    DeploymentId id();

    @Override
    default String subject() {
        return id().value();
    }

    /**
     * A person wants a deployment, or other ports or another network for one: network-service gives it a virtual IP with these ports on
     * every node, or refuses, and says which in a {@link ServiceEvent} with the same {@code request}. Only what is granted is made.
     */
    record ServiceWanted(DeploymentId id, UUID request, String name, String network, List<PortPublish> ports)
            implements DeploymentEvent {}

    /** The deployment for which a service was wanted isn't made after all. */
    record ServiceUnwanted(DeploymentId id) implements DeploymentEvent {}

    /** {@code spec} is whole. Its virtual IP and ports are there already, where it has a network. */
    record Created(DeploymentId id, String project, String name, DeploymentSpec spec, int revision) implements DeploymentEvent {}

    record Scaled(DeploymentId id, String name, int replicas) implements DeploymentEvent {}

    /** Its replicas shall become this revision. {@code reason}: who or what asked, in words. */
    record RolloutStarted(DeploymentId id, String name, int from, int to, DeploymentSpec spec, String reason)
            implements DeploymentEvent {}

    /** All is of that revision and serves, or of a job has ended well. */
    record RolloutFinished(DeploymentId id, String name, int revision) implements DeploymentEvent {}

    /** It did not become ready in time or failed, or of a job one was tried as often as may be; {@code detail} says which replica and why. */
    record RolloutFailed(DeploymentId id, String name, int revision, String detail) implements DeploymentEvent {}

    /** container-service shall make and run this container. */
    record ContainerWanted(
            DeploymentId id, ContainerId container, String project, String name, Owner owner, ContainerSpec spec, ResolvedImage image)
            implements DeploymentEvent {}

    /**
     * A replica shall get no new connections from now on: network-service takes it out of the virtual IP's backends and of
     * what the deployment's name answers; its own address, its own name and its open connections stay. container-service does
     * nothing. {@link ContainerUnwanted} follows when the rollout's {@code drain} has passed, at once where nothing is to be
     * drained (a replica that was never ready, a failed or lost one): so that one must take it out, too. Both may come twice.
     */
    record ContainerRetiring(DeploymentId id, ContainerId container) implements DeploymentEvent {}

    /** container-service shall stop and remove it. */
    record ContainerUnwanted(DeploymentId id, ContainerId container) implements DeploymentEvent {}

    record Removed(DeploymentId id, String project, String name) implements DeploymentEvent {}
}
