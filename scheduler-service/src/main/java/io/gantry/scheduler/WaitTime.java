package io.gantry.scheduler;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.kit.problem.Refused;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** How long a request waits for what it asks for, as its query's {@code timeout} says: nothing below 0, ten minutes at most. */
public final class WaitTime {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private WaitTime() {}

    /** @throws Refused if it is no duration of ISO 8601 */
    public static Duration of(String text) {
        try {
            Duration given = Duration.parse(text);
            return given.isNegative() ? Duration.ZERO : given.compareTo(LONGEST) > 0 ? LONGEST : given;
        } catch (DateTimeParseException e) {
            throw new Refused(new Refusal(
                    ProblemType.INVALID_FIELD, "timeout is a duration in ISO 8601, PT60S, got '" + text + "'", "timeout", null));
        }
    }
}
