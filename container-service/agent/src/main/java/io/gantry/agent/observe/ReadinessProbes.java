package io.gantry.agent.observe;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.state.Desired;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Asks running containers again and again whether they are ready. One good answer makes a container ready, so many bad ones in a row as its
 * probe says make it unready. Until the first good answer it is asked more often, so that a deployment needn't wait for the interval.
 */
public final class ReadinessProbes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReadinessProbes.class);
    private static final Duration WHILE_STARTING = Duration.ofMillis(200);

    /** Asks one question; blocking, though for no longer than the probe's timeout. One that can't be asked is answered badly. */
    public interface Question {
        boolean ask(ContainerId id, Probe probe);
    }

    private final Question question;
    private final Consumer<ContainerId> changed;
    private final Turns turns = new Turns("probes");
    private final Map<ContainerId, Series> series = new HashMap<>();

    /** @param changed told, from any thread, when a container's readiness changes */
    public ReadinessProbes(Question question, Consumer<ContainerId> changed) {
        this.question = question;
        this.changed = changed;
    }

    /** Whether the container is ready; begins or ends asking as {@code held} demands. */
    synchronized boolean ready(Held held, Optional<Desired.Container> wanted) {
        Probe probe = wanted.map(container -> container.spec().readiness()).orElse(null);
        if (held.stage() != Held.Stage.RUNNING) {
            stop(held.id());
            return false;
        }
        if (probe == null) {
            return true;
        }
        Series current = series.get(held.id());
        if (current == null || current.attempt != held.latest().number()) {
            stop(held.id());
            current = new Series(held.id(), held.latest().number(), probe);
            series.put(held.id(), current);
            current.askAfter(Duration.ZERO);
        }
        return current.ready;
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
        private final Probe probe;
        private volatile boolean ready;
        private volatile boolean over;
        private volatile boolean warned;
        private int bad;

        private Series(ContainerId id, long attempt, Probe probe) {
            this.id = id;
            this.attempt = attempt;
            this.probe = probe;
        }

        private void askAfter(Duration wait) {
            turns.after(wait, "probe-" + id.shortForm(), this::ask);
        }

        private void ask() {
            if (over) {
                return;
            }
            try {
                boolean good = good();
                if (!over) {
                    take(good);
                }
            } finally {
                // whatever went wrong: a container that isn't asked any more would stay as ready as it was for ever
                if (!over) {
                    Duration interval = probe.interval();
                    askAfter(ready || interval.compareTo(WHILE_STARTING) < 0 ? interval : WHILE_STARTING);
                }
            }
        }

        private void take(boolean good) {
            bad = good ? 0 : bad + 1;
            boolean now = good || ready && bad < probe.failures();
            if (now != ready) {
                ready = now;
                changed.accept(id);
            }
        }

        private boolean good() {
            try {
                return question.ask(id, probe);
            } catch (RuntimeException e) {
                if (!warned) {
                    warned = true;
                    LOG.warnf(e, "%s could not be asked whether it is ready, which counts as a bad answer", id.shortForm());
                }
                return false;
            }
        }
    }
}
