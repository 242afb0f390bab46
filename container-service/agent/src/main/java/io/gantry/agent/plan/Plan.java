package io.gantry.agent.plan;

import io.gantry.agent.runtime.Attachment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All steps of one start, in order. */
public record Plan(List<Step> steps) {
    public Plan {
        steps = List.copyOf(steps);
    }

    /** What the container's first process does itself, in order. */
    public List<InsideStep> inside() {
        return inside(steps.stream());
    }

    /** Of {@link #inside}, what {@code message}, one of the steps, sends: all up to the next message. */
    public List<InsideStep> sentBy(LauncherStep.Message message) {
        return inside(steps.stream().dropWhile(step -> step != message).skip(1).takeWhile(step -> !(step instanceof LauncherStep.Message)));
    }

    private static List<InsideStep> inside(Stream<Step> steps) {
        return steps.filter(InsideStep.class::isInstance).map(InsideStep.class::cast).toList();
    }

    /** Where its cable is plugged in; empty if it has none. */
    public Optional<Attachment> attachment() {
        return steps.stream().filter(CableStep.PlugVeth.class::isInstance).map(plug -> ((CableStep.PlugVeth) plug).network()).findFirst();
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
