package io.gantry.agent.reconcile;

import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;

/**
 * What is wrong with a container, and what is waited for.
 *
 * @param failure {@code null} if nothing has failed
 * @param since when stopping began, or was asked of one that is starting, or when it was first told to {@link Held#waiting wait}; {@code null} otherwise
 * @param retryAt when policy may start it again, or its image be asked for again; {@code null} if there is nothing to wait for
 * @param backOff steps of waiting taken in a row
 */
public record Trouble(Observed.Failure failure, Instant since, Instant retryAt, int backOff) {
    private static final int LAST_STEP = 20;

    /** Nothing is wrong or waited for, after so many steps of waiting. */
    static Trouble none(int backOff) {
        return new Trouble(null, null, null, backOff);
    }

    /** Another step of waiting is taken, after {@code step} of them. */
    static Trouble again(Observed.Failure failure, Instant since, Instant now, int step, Duration wait) {
        return new Trouble(failure, since, now.plus(wait), Math.min(step + 1, LAST_STEP));
    }

    Trouble since(Instant now) {
        return new Trouble(failure, now, retryAt, backOff);
    }

    /** Nothing failed, and nothing but its end is waited for. */
    Trouble ending() {
        return new Trouble(null, since, null, backOff);
    }
}
