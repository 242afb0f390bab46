package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A container as it is now.
 *
 * @param state one of {@link State}
 * @param life what it shall be
 * @param spec as asked for, defaults filled in
 * @param endpoint of its network that is first by name: the way out of it, and its published ports; absent without a network, or until an address is leased
 * @param reasons per node's name, why it was chosen or not
 * @param ready it may receive traffic
 * @param deviations where what runs is otherwise than {@code spec}, and why; empty if nothing is
 * @param health {@code null} without a health check, or while nothing runs
 * @param nextTry when its node starts it again by policy, in state EXITED or FAILED
 * @param stop how its latest run was asked to end
 * @param outOfMemory who was killed for want of memory in its latest run
 * @param failure in state FAILED why; in state PREPARING what it waits for, if anything is in the way
 * @param volumes those it has, the spec's and the image's
 * @param ends how it ended the last few times, with the last lines of its log, the latest last
 * @param sharedMemory its {@code /dev/shm}, if that is nearly full
 * @param endpoints of all its networks, by name
 * @param warnings in the answer to what made it: which rules for images its image breaks, though it was let in
 */
public record ContainerView(
        @Always ContainerId id,
        @Always String name,
        @Always String project,
        @Always Owner owner,
        @Always State state,
        Desired.Life life,
        @Always ContainerSpec spec,
        Digest imageId,
        Digest manifest,
        ImageConfig imageConfig,
        Node node,
        Endpoint endpoint,
        Map<String, String> reasons,
        Integer pid,
        long run,
        int restarts,
        boolean ready,
        Integer exitCode,
        Observed.ExitReason reason,
        Observed.Failure failure,
        @Always Instant createdAt,
        Instant startedAt,
        Instant finishedAt,
        List<Observed.Deviation> deviations,
        Observed.Health health,
        Instant nextTry,
        Observed.Stop stop,
        Observed.OutOfMemory outOfMemory,
        List<VolumeMount> volumes,
        List<Observed.End> ends,
        Observed.Filled sharedMemory,
        List<Endpoint> endpoints,
        List<String> warnings) {
    public ContainerView {
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
        volumes = volumes == null ? List.of() : List.copyOf(volumes);
        ends = ends == null ? List.of() : List.copyOf(ends);
        endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    }

    /** design: {@code Requested → Placed → Preparing → Created → Running ⇄ Paused → Stopping → Exited → Removing → Removed}. */
    public enum State {
        REQUESTED,
        PLACED,
        PREPARING,
        CREATED,
        RUNNING,
        PAUSED,
        STOPPING,
        EXITED,
        REMOVING,
        REMOVED,
        FAILED,
        LOST
    }

    /** @param address where the agent's stream server answers, with {@code streamPort} */
    public record Node(NodeId id, String name, Ipv4 address, int streamPort) {}

    /**
     * @param ports with their chosen host ports
     * @param id {@code null} in what was told before there were several
     * @param plugged it is an interface of the running container
     * @param networkId of the network, whose name another may have had before
     */
    public record Endpoint(
            String network, Ipv4 address, int prefix, Ipv4 gateway, MacAddress mac, List<PortPublish> ports, EndpointId id, boolean plugged, NetworkId networkId) {}
}
