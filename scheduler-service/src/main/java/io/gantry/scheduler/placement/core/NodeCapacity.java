package io.gantry.scheduler.placement.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.scheduler.node.core.Health;

/**
 * What a node has and what is asked of it.
 *
 * @param traits what it is
 * @param version of its row: a placement is committed only while it is the same
 * @param requestedCpu and {@code requestedMemory}: the sums over the containers placed here
 * @param ownCores those of its cores that some containers have to themselves
 * @param containers how many those are
 * @param alike how many of them are replicas of the deployment that asks; 0 when none asks
 * @param staying how many of those are as good as the one that is asked for, and not on their way out; 0 when these aren't to be spread
 */
public record NodeCapacity(
        NodeTraits traits,
        Health health,
        boolean drained,
        long version,
        MilliCpu cpu,
        Bytes memory,
        MilliCpu requestedCpu,
        Bytes requestedMemory,
        int ownCores,
        int containers,
        int alike,
        int staying) {
    public NodeId id() {
        return traits.id();
    }

    public String name() {
        return traits.name();
    }

    /** With one more container, a replica of the same deployment. */
    public NodeCapacity with(PlacementRequest request) {
        return new NodeCapacity(
                traits, health, drained, version, cpu, memory, new MilliCpu(requestedCpu.value() + request.cpu().value()), new Bytes(requestedMemory.value() + request.memory().value()),
                ownCores + request.ownCores(), containers + 1, alike + 1, staying + 1);
    }

    public NodeCapacity withStaying(int count) {
        return new NodeCapacity(traits, health, drained, version, cpu, memory, requestedCpu, requestedMemory, ownCores, containers, alike, count);
    }

    MilliCpu freeCpu() {
        return new MilliCpu(Math.max(0, cpu.value() - requestedCpu.value()));
    }

    /** As many as one container could have to itself: one stays with those that have none. */
    int freeCores() {
        return (int) Math.max(0, Math.min(freeCpu().value() / 1000, cpu.value() / 1000 - 1 - ownCores));
    }

    Bytes freeMemory() {
        return new Bytes(Math.max(0, memory.value() - requestedMemory.value()));
    }
}
