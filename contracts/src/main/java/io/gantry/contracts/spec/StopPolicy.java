package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.SignalName;
import java.time.Duration;

/**
 * How a container is asked to end.
 *
 * @param signal by name, as {@link SignalName} reads it; {@code null} leaves it to the image, and then it is {@code SIGTERM}
 * @param grace after it SIGKILL follows; 10 s by default
 */
public record StopPolicy(String signal, Duration grace) {
    /** As long as Docker's "wait for ever", 68 years. */
    public static final Duration FOR_EVER = Duration.ofSeconds(Integer.MAX_VALUE);

    public static final StopPolicy DEFAULT = new StopPolicy(null, null);

    public StopPolicy {
        if (signal != null) {
            String given = signal;
            signal = SignalName.parse(given)
                    .orElseThrow(() -> new BadField("signal", "'" + given + "' is not a signal", "write for example SIGTERM or 15"))
                    .value();
        }
        grace = grace == null ? Duration.ofSeconds(10) : Check.within("grace", grace, Duration.ZERO, FOR_EVER);
    }
}
