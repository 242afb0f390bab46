package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import java.time.Instant;
import java.util.List;

/**
 * What a running container has used up to one moment. Counters begin with its run and only grow: two samples and the time between them give
 * a rate.
 *
 * @param at by the node's clock
 * @param io {@code null} where the kernel doesn't count it
 * @param networks one for each interface but loopback
 * @param pressure {@code null} where the kernel doesn't tell it
 */
public record ContainerStats(
        @Always ContainerId id, @Always Instant at, @Always Cpu cpu, @Always Memory memory, Io io, @Always List<Network> networks, @Always Pids pids, Pressure pressure) {

    /**
     * @param usageNanos processor time of all its processes, {@code userNanos} and {@code systemNanos} apart
     * @param throttledPeriods so often its limit held it up, {@code throttledNanos} in all
     * @param hostNanos of all cores of the node, idle time included, since the node booted
     * @param cores of the node that are online
     */
    public record Cpu(
            long usageNanos, long userNanos, long systemNanos, long throttledPeriods, long throttledNanos, long hostNanos, int cores) {}

    /**
     * @param usageBytes page cache included, {@code peakBytes} the most it ever was
     * @param limitBytes {@code null} without one
     * @param anonymousBytes what can't be read from a file again
     * @param cacheBytes page cache, of which {@code inactiveFileBytes} haven't been used for long
     * @param limitHits so often its limit was met
     * @param oomKills so many processes the out-of-memory killer has ended
     */
    public record Memory(
            long usageBytes,
            long peakBytes,
            Long limitBytes,
            long anonymousBytes,
            long cacheBytes,
            long inactiveFileBytes,
            long limitHits,
            long oomKills) {
        /** As people count it: what isn't used for long and can be read again is left out. */
        public long workingSetBytes() {
            return Math.max(0, usageBytes - inactiveFileBytes);
        }
    }

    /** What went to and came from block devices, by processes that run and what they have waited for; not by execs that have ended. */
    public record Io(long readBytes, long writtenBytes) {}

    /** As the container sees it: {@code received} is what came to it. */
    public record Network(
            String name,
            long receivedBytes,
            long receivedPackets,
            long receiveErrors,
            long receiveDrops,
            long sentBytes,
            long sentPackets,
            long sendErrors,
            long sendDrops) {}

    /** @param limit {@code null} without one */
    public record Pids(long current, Long limit) {}

    /** Time lost for want of something (Documentation/accounting/psi.rst). */
    public record Pressure(Stall cpu, Stall memory, Stall io) {}

    /**
     * @param some10 percent of the last 10 s in which some process waited, {@code some60} of the last 60 s; {@code someTotalMicros} in all
     * @param full10 in which all of them did
     */
    public record Stall(double some10, double some60, long someTotalMicros, double full10, double full60, long fullTotalMicros) {}
}
