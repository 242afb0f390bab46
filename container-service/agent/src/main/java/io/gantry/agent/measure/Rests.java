package io.gantry.agent.measure;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed.Awaited;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Keeps what was looked at from being looked at again for a while: each container's waiting for each thing by itself. Pure. */
final class Rests {
    private final long restNanos;
    private final Map<Waiting, Long> until = new HashMap<>();

    record Waiting(ContainerId container, Awaited resource) {}

    Rests(Duration rest) {
        restNanos = rest.toNanos();
    }

    /** @param nanos now, by a clock that only goes on */
    boolean over(Waiting waiting, long nanos) {
        Long end = until.get(waiting);
        return end == null || nanos - end >= 0;
    }

    void begin(Waiting waiting, long nanos) {
        until.put(waiting, nanos + restNanos);
    }

    /** Of those that run no more there is nothing to remember. */
    void keepOnly(Set<ContainerId> running) {
        until.keySet().removeIf(waiting -> !running.contains(waiting.container()));
    }
}
