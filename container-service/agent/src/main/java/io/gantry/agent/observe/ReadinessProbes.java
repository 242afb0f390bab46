package io.gantry.agent.observe;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.state.Desired;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks running containers again and again whether they are ready. One good answer makes a container ready, so many bad ones in a row as its
 * probe says make it unready. Until the first good answer it is asked more often, so that a deployment needn't wait for the interval.
 */
public final class ReadinessProbes implements AutoCloseable {
    private static final Duration WHILE_STARTING = Duration.ofMillis(200);

    /** Asks one question; blocking. */
    public interface Question {
        boolean ask(ContainerId id, Probe probe);
    }

    private final Question question;
    private final Consumer<ContainerId> changed;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("probes").daemon().factory());
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
        if (current == null || current.attempt != held.attempt()) {
            stop(held.id());
            current = new Series(held.id(), held.attempt(), probe);
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
        timer.shutdownNow();
    }

    /** The questions to one run. */
    private final class Series {
        private final ContainerId id;
        private final long attempt;
        private final Probe probe;
        private volatile boolean ready;
        private volatile boolean over;
        private int bad;

        private Series(ContainerId id, long attempt, Probe probe) {
            this.id = id;
            this.attempt = attempt;
            this.probe = probe;
        }

        private void askAfter(Duration wait) {
            timer.schedule(
                    () -> Thread.ofPlatform().name("probe-" + id.shortForm()).daemon().start(this::ask),
                    wait.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void ask() {
            boolean good = question.ask(id, probe);
            if (over) {
                return;
            }
            bad = good ? 0 : bad + 1;
            boolean now = good || ready && bad < probe.failures();
            if (now != ready) {
                ready = now;
                changed.accept(id);
            }
            Duration interval = probe.interval();
            askAfter(ready || interval.compareTo(WHILE_STARTING) < 0 ? interval : WHILE_STARTING);
        }
    }
}
