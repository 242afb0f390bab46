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
 * @param cpu {@code ZERO} when it has no limit
 * @param nodeName only this node, or {@code null}
 * @param architecture of its image, or {@code null} where that is unknown
 * @param runtime the class that it is to be made by
 * @param deployment whose replicas it shall keep away from, or {@code null}
 * @param volumes the names of those it has and the nodes that they are on; without those that are nowhere yet
 */
public record PlacementRequest(
        MilliCpu cpu, Bytes memory, String nodeName, String architecture, String runtime, DeploymentId deployment, Map<String, NodeId> volumes) {
    public PlacementRequest {
        volumes = Map.copyOf(volumes);
    }

    public PlacementRequest(MilliCpu cpu, Bytes memory, String nodeName, String architecture, DeploymentId deployment) {
        this(cpu, memory, nodeName, architecture, ContainerSpec.DEFAULT_RUNTIME, deployment, Map.of());
    }

    public PlacementRequest with(Map<String, NodeId> whereVolumesAre) {
        return new PlacementRequest(cpu, memory, nodeName, architecture, runtime, deployment, whereVolumesAre);
    }

    public PlacementRequest by(String runtimeClass) {
        return new PlacementRequest(cpu, memory, nodeName, architecture, runtimeClass, deployment, volumes);
    }

    public static PlacementRequest of(ContainerSpec spec, ResolvedImage image, Owner owner) {
        MilliCpu cpu = spec.resources().cpu();
        return new PlacementRequest(
                cpu == null ? MilliCpu.ZERO : cpu,
                spec.resources().memory(),
                spec.nodeName(),
                image == null ? null : image.architecture(),
                owner instanceof Owner.Replica replica ? replica.deployment() : null).by(spec.runtime());
    }
}
