package io.gantry.agent.runtime;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;
import java.time.Instant;

/** A container whose first process has been executed. {@code pid} is in the host's pid namespace. */
public record Running(ContainerId id, long run, int pid, Instant startedAt, Observed.Applied applied) {
    /** Of a spec that was never updated, and is in force as a whole. */
    public Running(ContainerId id, long run, int pid, Instant startedAt) {
        this(id, run, pid, startedAt, Observed.Applied.ALL);
    }
}
