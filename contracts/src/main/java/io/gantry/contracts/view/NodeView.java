package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
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
        @Always NodeId id,
        @Always String name,
        @Always State state,
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
        @Always Map<String, String> labels,
        @Always List<String> runtimes,
        @Always Instant joinedAt,
        @Always Instant lastSeen) {
    public enum State {
        READY,
        SUSPECT,
        LOST,
        DRAINED
    }
}
