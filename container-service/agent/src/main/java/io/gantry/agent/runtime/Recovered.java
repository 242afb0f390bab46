package io.gantry.agent.runtime;

import io.gantry.contracts.id.ContainerId;
import java.time.Instant;
import java.util.Optional;

/**
 * A container met again after the agent was away.
 *
 * @param exit present if it ended meanwhile; {@code pid} is then 0
 * @param paused somebody has paused it
 */
public record Recovered(ContainerId id, long run, int pid, Instant startedAt, Optional<Exit> exit, boolean paused) {
    public Recovered paused(boolean still) {
        return new Recovered(id, run, pid, startedAt, exit, still);
    }
}
