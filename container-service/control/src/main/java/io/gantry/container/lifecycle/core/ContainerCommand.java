package io.gantry.container.lifecycle.core;

import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What may be asked of a container, or told to it. */
public sealed interface ContainerCommand {
    record Request(
            ContainerId id,
            String project,
            String name,
            Owner owner,
            ContainerSpec spec,
            ResolvedImage image,
            Desired.Life life,
            Instant now,
            List<VolumeMount> volumes)
            implements ContainerCommand {
        /** Which volumes it has isn't settled yet. */
        public Request(
                ContainerId id, String project, String name, Owner owner, ContainerSpec spec, ResolvedImage image, Desired.Life life, Instant now) {
            this(id, project, name, owner, spec, image, life, now, List.of());
        }

        public Request with(List<VolumeMount> settled) {
            return new Request(id, project, name, owner, spec, image, life, now, settled);
        }
    }

    /** A start of what runs already changes nothing. */
    record Start() implements ContainerCommand {}

    /** @param grace {@code null} is the spec's, as is {@code signal} */
    record Stop(Duration grace, String signal) implements ContainerCommand {}

    /** The values are those of {@link Stop}. */
    record Restart(Duration grace, String signal) implements ContainerCommand {}

    /** @param signal {@code SIGHUP} and the like */
    record Kill(String signal) implements ContainerCommand {}

    record Pause() implements ContainerCommand {}

    record Unpause() implements ContainerCommand {}

    record Rename(String name) implements ContainerCommand {}

    /**
     * New limits for a container as it runs, a new restart policy, or both.
     *
     * @param resources what they become of those it has; {@code null} leaves them
     * @param restart {@code null} leaves it
     */
    record Update(UnaryOperator<Resources> resources, RestartPolicy restart) implements ContainerCommand {}

    /** A secret or config that it has was rotated. */
    record RenewFiles() implements ContainerCommand {}

    /**
     * @param force kill it if it runs; give it up if its node is lost
     * @param volumes those that were made for it alone go with it
     */
    record Remove(boolean force, boolean volumes) implements ContainerCommand {}

    /** Whoever wanted it wants it no more: stop it with its own grace, then remove it. Never refused. */
    record Dismiss() implements ContainerCommand {}

    record Place(NodeId node, String nodeName, long epoch, Map<String, String> reasons) implements ContainerCommand {}

    record Unplaceable(Map<String, String> reasons) implements ContainerCommand {}

    record Lease(EndpointEvent.Leased endpoint) implements ContainerCommand {}

    record MovePorts(EndpointId endpoint, List<PortPublish> ports) implements ContainerCommand {}

    record Release(EndpointId endpoint) implements ContainerCommand {}

    /** It comes onto a further network; so it stays when it runs again. */
    record Connect(NetworkUse use) implements ContainerCommand {}

    /**
     * It goes off a network.
     *
     * @param network its name
     */
    record Disconnect(String network) implements ContainerCommand {}

    record RefuseConnect(String network, ProblemType problem, String detail, String hint) implements ContainerCommand {}

    record RefuseLease(ProblemType problem, String detail, String hint) implements ContainerCommand {}

    record Observe(NodeId node, long version, long epoch, Observed.Container observed) implements ContainerCommand {}

    /** What happened in it, in this order, and left no state behind. */
    record Hear(NodeId node, long epoch, List<Heard> all) implements ContainerCommand {
        public Hear {
            all = List.copyOf(all);
        }
    }

    /** @param version of its node's record, above those of all before it */
    record Heard(long version, Observed.What what) {}

    record NodeLost(NodeId node, long epoch) implements ContainerCommand {}

    /** Its node answers again under a higher epoch: its record must be said again under that. */
    record NodeReturned(NodeId node, long epoch) implements ContainerCommand {}
}
