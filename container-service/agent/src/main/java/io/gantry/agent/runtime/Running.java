package io.gantry.agent.runtime;

import io.gantry.contracts.id.ContainerId;
import java.time.Instant;

/** A container whose first process has been executed. {@code pid} is in the host's pid namespace. */
public record Running(ContainerId id, long run, int pid, Instant startedAt) {}
