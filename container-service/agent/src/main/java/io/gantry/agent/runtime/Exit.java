package io.gantry.agent.runtime;

import io.gantry.contracts.state.Observed;
import java.time.Instant;

/** @param code 0 to 255; 128 + signal when signalled */
public record Exit(int code, Observed.ExitReason reason, Instant at) {}
