package io.gantry.scheduler.deployment.core;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a slot waits for its next container after one died: 1 s, doubled with each further death up to 60 s. A container that was
 * ready for a minute clears the count.
 *
 * @param deaths in a row
 * @param until no new container before
 * @param reason why the latest died
 */
public record BackOff(int deaths, Instant until, String reason) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration STABLE = Duration.ofSeconds(60);

    /** @param before the slot's back-off so far, or {@code null} */
    static BackOff after(BackOff before, Replica dead, Instant now) {
        boolean stable = dead.readySince() != null && !dead.readySince().plus(STABLE).isAfter(now);
        int deaths = before == null || stable ? 1 : before.deaths() + 1;
        Duration wait = deaths > 6 ? LONGEST : FIRST.multipliedBy(1L << deaths - 1);
        return new BackOff(deaths, now.plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait), dead.detail());
    }

    /** It need not wait any longer: what stood in the way may be gone. */
    BackOff over(Instant now) {
        return until.isAfter(now) ? new BackOff(deaths, now, reason) : this;
    }
}
