package io.gantry.image.build.api;

import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.BuildLine;
import io.gantry.contracts.view.BuildMissView;
import io.gantry.image.build.core.PlannedStep;
import io.gantry.image.build.core.StepId;
import io.gantry.image.build.step.BuildOutput;
import io.gantry.image.edge.EventLines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A build's output as lines of JSON: {@link io.gantry.contracts.view.BuildLine}. The first one has the build's id. */
final class BuildLines implements BuildOutput {
    private final BuildId build;
    private final boolean forecast;
    private final EventLines lines;
    private final AtomicBoolean begun = new AtomicBoolean();

    /** @param forecast only what is written on the way is told: nothing is done */
    BuildLines(BuildId build, boolean forecast, EventLines lines) {
        this.build = build;
        this.forecast = forecast;
        this.lines = lines;
    }

    @Override
    public void step(PlannedStep step, int total) {
        Map<String, Object> line = EventLines.line("step", step.id().number(), "total", total, "instruction", step.instruction(), "stage", step.stage(), "line", step.line());
        if (step.id().trigger() > 0) {
            line.put("trigger", step.id().trigger());
        }
        if (begun.compareAndSet(false, true)) {
            line.put("build", build);
        }
        told(line);
    }

    @Override
    public void cached(StepId step) {
        told(of(step, "cached", true));
    }

    @Override
    public void missed(StepId step, List<BuildMissView> why) {
        told(of(step, "missed", why));
    }

    @Override
    public void running(StepId step, ContainerId container) {
        told(of(step, "running", container));
    }

    @Override
    public void agents(StepId step, ContainerId container, List<String> ids) {
        told(of(step, "agents", new BuildLine.Agents(container, ids)));
    }

    @Override
    public void text(Optional<StepId> step, String text) {
        lines.send(step.map(one -> of(one, "stream", text)).orElseGet(() -> EventLines.line("stream", text)));
    }

    @Override
    public void done(StepId step, Duration took) {
        Map<String, Object> line = of(step, "done", true);
        line.put("millis", took.toMillis());
        told(line);
    }

    private void told(Map<String, Object> line) {
        if (!forecast) {
            lines.send(line);
        }
    }

    private static Map<String, Object> of(StepId step, String name, Object value) {
        Map<String, Object> line = EventLines.line(name, value, "of", step.number());
        if (step.trigger() > 0) {
            line.put("trigger", step.trigger());
        }
        return line;
    }
}
