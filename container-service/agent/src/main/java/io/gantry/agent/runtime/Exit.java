package io.gantry.agent.runtime;

import io.gantry.contracts.state.Observed;
import java.time.Instant;

/**
 * @param code 0 to 255; 128 + signal when signalled
 * @param outOfMemory who was killed for want of memory; {@code null} if nobody was
 */
public record Exit(int code, Observed.ExitReason reason, Instant at, Observed.OutOfMemory outOfMemory) {
    public Exit(int code, Observed.ExitReason reason, Instant at) {
        this(code, reason, at, null);
    }
}
