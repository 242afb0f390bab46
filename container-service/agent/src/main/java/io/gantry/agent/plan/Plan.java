package io.gantry.agent.plan;

import java.util.ArrayList;
import java.util.List;

/** All steps of one start, in order. */
public record Plan(List<Step> steps) {
    public Plan {
        steps = List.copyOf(steps);
    }

    /** What the container's first process does itself, in order. */
    public List<InsideStep> inside() {
        return steps.stream().filter(InsideStep.class::isInstance).map(InsideStep.class::cast).toList();
    }

    /** Of {@link #inside}, what {@code message}, one of the steps, sends: all up to the next message. */
    public List<InsideStep> sentBy(LauncherStep.Message message) {
        List<InsideStep> sent = new ArrayList<>();
        boolean after = false;
        for (Step step : steps) {
            if (after && step instanceof LauncherStep.Message) {
                break;
            }
            if (after && step instanceof InsideStep inside) {
                sent.add(inside);
            }
            after |= step == message;
        }
        return sent;
    }

    /** As people read it: one block per step. */
    public String print() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            text.append("%3d %-9s %s%n".formatted(i + 1, step.where(), step.title()));
            text.append("              ").append(step.call()).append('\n');
            if (!step.shell().isEmpty()) {
                text.append("            $ ").append(step.shell()).append('\n');
            }
            if (!step.undo().isEmpty()) {
                text.append("         undo ").append(step.undo()).append('\n');
            }
        }
        return text.toString();
    }
}
