package io.gantry.gateway.idempotency;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.gateway.route.Undone;
import io.gantry.kit.problem.Outage;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** What an answer says about whether it was done. */
enum Outcome {
    /** It was done or refused for good: the same answer is given again. */
    KNOWN,
    /** Certainly nothing was done: it can be sent again with the same key. */
    UNDONE,
    /** It may have been done, in part or as a whole. */
    UNKNOWN;

    private static final int TOO_MANY = 429;
    private static final int UNAUTHENTICATED = 401;

    static Outcome of(int status, MultiMap headers, Buffer body) {
        if (status == TOO_MANY || status == UNAUTHENTICATED || headers.contains(Undone.HEADER)) {
            return UNDONE;
        }
        if (status < 500) {
            return KNOWN;
        }
        return status == Outage.PROBLEM.status() && isOutage(body) ? UNDONE : UNKNOWN;
    }

    private static boolean isOutage(Buffer body) {
        try {
            return Outage.PROBLEM.equals(Json.read(body.toString(), Problem.class));
        } catch (IllegalArgumentException notAProblem) {
            return false;
        }
    }
}
