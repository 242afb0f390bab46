package io.gantry.contracts.spec;

import java.time.Duration;

/**
 * How a container is asked to end.
 *
 * @param signal {@code SIGTERM} by default, or the image's; {@code null} leaves it to the image
 * @param grace after it SIGKILL follows; 10 s by default
 */
public record StopPolicy(String signal, Duration grace) {
    public static final StopPolicy DEFAULT = new StopPolicy(null, null);

    public StopPolicy {
        grace = grace == null ? Duration.ofSeconds(10) : grace;
        if (grace.isNegative()) {
            throw new IllegalArgumentException("stop.grace can't be negative, got " + grace);
        }
    }
}
