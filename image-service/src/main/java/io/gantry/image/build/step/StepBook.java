package io.gantry.image.build.step;

import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.BuildMissView;
import io.gantry.contracts.view.BuildStepView;
import io.gantry.contracts.view.BuildStepView.State;
import io.gantry.image.build.core.PlannedStep;
import io.gantry.image.build.core.StepId;
import io.gantry.kit.time.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How the steps of a build go: what is told of them, and what is kept of that. Told and asked by several threads. */
public final class StepBook {
    private final BuildId build;
    private final World world;
    private final BuildOutput output;
    private final Map<StepId, Entry> entries = new TreeMap<>();
    private int total;
    private PlannedStep failed;

    private static final class Entry {
        private final PlannedStep step;
        private final StepText text = new StepText();
        private State state = State.WAITING;
        private Instant started;
        private Instant ended;
        private ContainerId container;
        private Digest key;
        private List<BuildMissView> missed = List.of();

        private Entry(PlannedStep step) {
            this.step = step;
        }
    }

    StepBook(BuildId build, World world, BuildOutput output) {
        this.build = build;
        this.world = world;
        this.output = output;
    }

    /** Instructions of the file, in order; triggers come as they are found. */
    synchronized void plan(List<PlannedStep> steps) {
        steps.forEach(step -> entries.put(step.id(), new Entry(step)));
        total = steps.size();
    }

    synchronized void found(PlannedStep trigger) {
        entries.put(trigger.id(), new Entry(trigger));
    }

    void begin(StepId id) {
        PlannedStep step;
        synchronized (this) {
            Entry entry = entries.get(id);
            entry.state = State.RUNNING;
            entry.started = world.now();
            step = entry.step;
        }
        output.step(step, total);
    }

    /** @param key of what the step makes, and was made before */
    void cached(StepId id, Digest key) {
        synchronized (this) {
            Entry entry = entries.get(id);
            entry.state = State.CACHED;
            entry.key = key;
        }
        output.cached(id);
    }

    /** @param key of what the step makes now */
    void missed(StepId id, Digest key, List<BuildMissView> why) {
        synchronized (this) {
            Entry entry = entries.get(id);
            entry.key = key;
            entry.missed = List.copyOf(why);
        }
        output.missed(id, why);
    }

    void done(StepId id) {
        Duration took;
        synchronized (this) {
            Entry entry = entries.get(id);
            entry.ended = world.now();
            if (entry.state == State.RUNNING) {
                entry.state = entry.key == null ? State.DONE : State.RAN;
            }
            took = Duration.between(entry.started, entry.ended);
        }
        output.done(id, took);
    }

    /** It is to blame if it is the first; others fail since that one did. */
    synchronized void failed(StepId id) {
        if (failed == null) {
            end(id, State.FAILED);
            failed = entries.get(id).step;
        } else {
            end(id, State.CANCELLED);
        }
    }

    /** It was ended by something else than itself. */
    synchronized void stopped(StepId id) {
        end(id, State.CANCELLED);
    }

    private void end(StepId id, State state) {
        Entry entry = entries.get(id);
        entry.state = state;
        entry.started = entry.started == null ? world.now() : entry.started;
        entry.ended = world.now();
    }

    /** Of no step. */
    void text(String text) {
        output.text(Optional.empty(), text);
    }

    /** For what is told like a step's words, and is of none. */
    StepOutput ofNone() {
        return new StepOutput() {
            @Override
            public void running(ContainerId container) {
                throw new IllegalStateException("no step has " + container);
            }

            @Override
            public void agents(ContainerId container, List<String> ids) {
                throw new IllegalStateException("no step has " + container);
            }

            @Override
            public void text(String text) {
                StepBook.this.text(text);
            }
        };
    }

    StepOutput of(StepId id) {
        return new StepOutput() {
            @Override
            public void running(ContainerId container) {
                synchronized (StepBook.this) {
                    entries.get(id).container = container;
                }
                output.running(id, container);
            }

            @Override
            public void agents(ContainerId container, List<String> ids) {
                output.agents(id, container, ids);
            }

            @Override
            public void text(String text) {
                synchronized (StepBook.this) {
                    entries.get(id).text.add(text);
                }
                output.text(Optional.of(id), text);
            }
        };
    }

    /** The step to blame for the build's end. */
    synchronized Optional<PlannedStep> failure() {
        return Optional.ofNullable(failed);
    }

    synchronized List<String> lastLines(StepId id, int most) {
        return entries.get(id).text.lastLines(most);
    }

    public synchronized List<BuildStepView> views() {
        return entries.values().stream().map(this::view).toList();
    }

    private BuildStepView view(Entry entry) {
        StepId id = entry.step.id();
        Integer trigger = id.trigger() == 0 ? null : Integer.valueOf(id.trigger());
        Long millis = entry.ended == null ? null : Long.valueOf(Duration.between(entry.started, entry.ended).toMillis());
        String log = entry.text.isEmpty() ? null : "/api/v1/builds/" + build + "/log?step=" + id.number() + (trigger == null ? "" : "&trigger=" + trigger);
        return new BuildStepView(
                id.number(), trigger, entry.step.stage(), entry.step.line(), entry.step.instruction(), entry.state, entry.started, millis, entry.container, entry.key, entry.missed, log);
    }

    /** What each step wrote, if it wrote something. */
    public synchronized Map<StepId, String> logs() {
        Map<StepId, String> logs = new TreeMap<>();
        entries.forEach((id, entry) -> {
            if (!entry.text.isEmpty()) {
                logs.put(id, entry.text.toString());
            }
        });
        return logs;
    }
}
