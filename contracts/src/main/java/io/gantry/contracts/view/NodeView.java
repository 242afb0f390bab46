package io.gantry.contracts.view;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MilliCpu;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A node as scheduler-service sees it.
 *
 * @param requestedCpu and {@code requestedMemory}: what its containers ask for, of {@code cpu} and {@code memory}
 * @param runtimes the runtime classes that it offers
 * @param lastSeen when its latest heartbeat arrived
 */
public record NodeView(
        NodeId id,
        String name,
        State state,
        Ipv4 address,
        int streamPort,
        long epoch,
        MilliCpu cpu,
        Bytes memory,
        MilliCpu requestedCpu,
        Bytes requestedMemory,
        int containers,
        String architecture,
        String kernel,
        String agentVersion,
        Map<String, String> labels,
        List<String> runtimes,
        Instant joinedAt,
        Instant lastSeen) {
    public enum State {
        READY,
        SUSPECT,
        LOST,
        DRAINED
    }
}
