package io.gantry.agent.observe;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Asks running containers that have a check for their health, each run from its beginning. A paused one isn't asked. */
public final class HealthChecks implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HealthChecks.class);

    /** Asks one question; blocking, though for no longer than the check's timeout. One that can't be asked is answered badly. */
    public interface Question {
        Answer ask(ContainerId id, HealthCheck check);
    }

    /** Told from any thread. */
    public interface Listener {
        /** Its health is another, or its streak of bad answers. */
        void changed(ContainerId id);

        /** It has just become unhealthy. */
        void unhealthy(ContainerId id, long attempt);
    }

    private final Question question;
    private final Listener listener;
    private final Clock clock;
    private final Turns turns = new Turns("health");
    private final Map<ContainerId, Series> series = new HashMap<>();

    public HealthChecks(Question question, Listener listener, Clock clock) {
        this.question = question;
        this.listener = listener;
        this.clock = clock;
    }

    /** The health of a container, or {@code null} if it has none to tell; begins, holds or ends asking as {@code held} demands. */
    synchronized Observed.Health health(Held held, Optional<Desired.Container> wanted) {
        HealthCheck check = wanted.flatMap(
                        container -> HealthCheck.effective(container.spec().health(), container.image().config().health()))
                .orElse(null);
        Series current = series.get(held.id());
        if (!held.alive() || check == null) {
            stop(held.id());
            return null;
        }
        if (current == null || current.attempt != held.latest().number() || !current.progress.check().equals(check)) {
            stop(held.id());
            current = new Series(held.id(), held.latest().number(), HealthProgress.begin(check, held.latest().startedAt()));
            series.put(held.id(), current);
            // what has been running for longer, and whose agent was restarted, is asked at once
            current.askAfter(Duration.between(clock.instant(), held.latest().startedAt().plus(current.progress.pause(held.latest().startedAt()))));
        }
        current.held = held.stage() != Held.Stage.RUNNING;
        return current.progress.health();
    }

    synchronized void stop(ContainerId id) {
        Series current = series.remove(id);
        if (current != null) {
            current.over = true;
        }
    }

    @Override
    public void close() {
        turns.close();
    }

    /** The questions to one run. */
    private final class Series {
        private final ContainerId id;
        private final long attempt;
        private volatile HealthProgress progress;
        private volatile boolean held;
        private volatile boolean over;
        private volatile boolean warned;

        private Series(ContainerId id, long attempt, HealthProgress progress) {
            this.id = id;
            this.attempt = attempt;
            this.progress = progress;
        }

        private void askAfter(Duration pause) {
            turns.after(pause, "health-" + id.shortForm(), this::ask);
        }

        private void ask() {
            if (over) {
                return;
            }
            try {
                if (!held) {
                    Answer answer = answer();
                    if (!over && !held) {
                        take(answer);
                    }
                }
            } finally {
                // whatever went wrong: a container that isn't asked any more would stay as healthy as it was for ever
                if (!over) {
                    askAfter(progress.pause(clock.instant()));
                }
            }
        }

        private Answer answer() {
            try {
                return question.ask(id, progress.check());
            } catch (RuntimeException e) {
                if (!warned) {
                    warned = true;
                    LOG.warnf(e, "%s could not be asked for its health, which counts as a bad answer", id.shortForm());
                }
                return Answer.bad(ProbeQuestions.reason(e));
            }
        }

        private void take(Answer answer) {
            Observed.Health before = progress.health();
            HealthProgress next = progress.after(answer, clock.instant());
            boolean news = before.status() != next.health().status() || before.failingStreak() != next.health().failingStreak();
            // what says the same as before is kept as it was told: a healthy container makes no news
            if (!news && Objects.equals(before.exitCode(), next.health().exitCode())) {
                return;
            }
            progress = next;
            if (news) {
                listener.changed(id);
            }
            if (before.status() != Observed.Health.Status.UNHEALTHY && next.health().status() == Observed.Health.Status.UNHEALTHY) {
                listener.unhealthy(id, attempt);
            }
        }
    }
}
