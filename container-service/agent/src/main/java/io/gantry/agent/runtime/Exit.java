package io.gantry.agent.runtime;

import io.gantry.contracts.state.Observed;
import java.time.Instant;
import java.util.List;

/**
 * @param code 0 to 255; 128 + signal when signalled
 * @param outOfMemory who was killed for want of memory; {@code null} if nobody was
 * @param lastLines of its log, if it ended badly
 */
public record Exit(int code, Observed.ExitReason reason, Instant at, Observed.OutOfMemory outOfMemory, List<String> lastLines) {
    public Exit {
        // agents from before wrote none
        lastLines = lastLines == null ? List.of() : List.copyOf(lastLines);
    }

    public Exit(int code, Observed.ExitReason reason, Instant at, Observed.OutOfMemory outOfMemory) {
        this(code, reason, at, outOfMemory, List.of());
    }

    public Exit(int code, Observed.ExitReason reason, Instant at) {
        this(code, reason, at, null);
    }
}
