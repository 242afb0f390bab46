package io.gantry.scheduler.placement.core;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.Map;

/**
 * What a container asks of its node.
 *
 * @param cpu and {@code memory}: what is requested, not what is allowed
 * @param ownCores that no other container of its node is to run on; counted in {@code cpu}, too
 * @param deployment whose replicas it shall keep away from, or {@code null}
 * @param volumes the names of those it has and the nodes that they are on; without those that are nowhere yet
 * @param beside the container whose namespaces it shares, or {@code null}
 */
public record PlacementRequest(
        MilliCpu cpu, int ownCores, Bytes memory, NodeNeeds needs, DeploymentId deployment, Map<String, NodeId> volumes, Beside beside) {
    /**
     * @param container its id, shortened
     * @param node where it is; {@code null} if it is nowhere
     */
    public record Beside(String container, NodeId node) {}

    public PlacementRequest {
        volumes = Map.copyOf(volumes);
    }

    public PlacementRequest(MilliCpu cpu, Bytes memory, NodeNeeds needs, DeploymentId deployment) {
        this(cpu, 0, memory, needs, deployment, Map.of(), null);
    }

    public PlacementRequest with(Map<String, NodeId> whereVolumesAre) {
        return new PlacementRequest(cpu, ownCores, memory, needs, deployment, whereVolumesAre, beside);
    }

    public PlacementRequest with(Beside lender) {
        return new PlacementRequest(cpu, ownCores, memory, needs, deployment, volumes, lender);
    }

    public static PlacementRequest of(ContainerSpec spec, ResolvedImage image, Owner owner) {
        return new PlacementRequest(
                spec.resources().requestedCpu(),
                spec.resources().exclusiveCores() == null ? 0 : spec.resources().exclusiveCores(),
                spec.resources().memoryRequest(),
                NodeNeeds.of(spec, image),
                owner instanceof Owner.Replica replica ? replica.deployment() : null,
                Map.of(),
                null);
    }
}
