package io.gantry.agent.observe;

import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;

/**
 * How a run's health goes, answer by answer. Pure and unchanging.
 *
 * <pre>
 *  starting ── good ──▶ healthy ◀── good ── unhealthy
 *     │                    └── retries bad ones in a row ──▲
 *     └── the same, once the start period is over ──────────┘
 * </pre>
 *
 * @param check with its defaults filled in
 */
record HealthProgress(HealthCheck check, Instant begun, Observed.Health health) {
    static HealthProgress begin(HealthCheck check, Instant now) {
        return new HealthProgress(check, now, new Observed.Health(Observed.Health.Status.STARTING, 0, null, null, null));
    }

    HealthProgress after(Answer answer, Instant at) {
        if (answer.good()) {
            return with(Observed.Health.Status.HEALTHY, 0, answer, at);
        }
        if (starting(at)) {
            return with(Observed.Health.Status.STARTING, 0, answer, at);
        }
        int streak = health.failingStreak() + 1;
        return with(streak >= check.retries() ? Observed.Health.Status.UNHEALTHY : health.status(), streak, answer, at);
    }

    /** Until the next question. */
    Duration pause(Instant now) {
        return starting(now) ? check.startInterval() : check.interval();
    }

    /** Bad answers don't count yet. */
    private boolean starting(Instant now) {
        return health.status() == Observed.Health.Status.STARTING && now.isBefore(begun.plus(check.startPeriod()));
    }

    private HealthProgress with(Observed.Health.Status status, int streak, Answer answer, Instant at) {
        return new HealthProgress(check, begun, new Observed.Health(status, streak, answer.code(), answer.output(), at));
    }
}
