package io.gantry.gateway.idempotency;

import java.time.Instant;

/** Whose turn it is with a key. */
sealed interface Claim {
    /** Nobody has used it within the day: it is to be done now. */
    record First() implements Claim {}

    /** The same was asked before, and this was the answer. */
    record Answered(KeptAnswer answer) implements Claim {}

    /** The same was asked before, and it isn't known how it ended. */
    record Open(Instant begunAt) implements Claim {}

    /** Something else was asked with it. */
    record Taken(Instant begunAt) implements Claim {}
}
