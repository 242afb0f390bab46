package io.gantry.gateway.events;

import java.time.Duration;
import java.time.Instant;

/**
 * From when until when somebody wants to be told what became true.
 *
 * @param since {@code null} for from now on
 * @param until {@code null} for without end
 */
public record Span(Instant since, Instant until) {
    public static final Span FROM_NOW = new Span(null, null);

    /** What became true at a moment may need so long to be told: the outbox is swept once a second. */
    private static final Duration UNDERWAY = Duration.ofSeconds(1);

    boolean holds(Instant time) {
        return (since == null || !time.isBefore(since)) && (until == null || !time.isAfter(until));
    }

    /** All of it is told by now. */
    boolean over(Instant now) {
        return until != null && until.plus(UNDERWAY).isBefore(now);
    }

    /** Until all of it is told; of a span with an end. */
    long millisLeft(Instant now) {
        return Math.max(1, Duration.between(now, until.plus(UNDERWAY)).toMillis());
    }
}
