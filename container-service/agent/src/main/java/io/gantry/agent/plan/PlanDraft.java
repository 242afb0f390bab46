package io.gantry.agent.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A plan in the making: what rules add to. Immutable; what is added lies beside what was there, since copying all of it each time is what
 * planning would cost most.
 *
 * @param before what was there; {@code null} at the beginning
 */
public record PlanDraft(PlanDraft before, List<Step> more, List<Handle> handles) {
    public static final PlanDraft EMPTY = new PlanDraft(null, List.of(), List.of());

    public PlanDraft with(Step... steps) {
        return with(List.of(steps));
    }

    public PlanDraft with(List<? extends Step> steps) {
        return steps.isEmpty() ? this : new PlanDraft(this, List.copyOf(steps), handles);
    }

    /** Marks a descriptor as one that the first process needs. */
    public PlanDraft handing(Handle handle) {
        List<Handle> all = new ArrayList<>(handles);
        all.add(handle);
        return new PlanDraft(before, more, List.copyOf(all));
    }

    /** All, in order. */
    public List<Step> steps() {
        Deque<List<Step>> parts = new ArrayDeque<>();
        for (PlanDraft at = this; at != null; at = at.before) {
            parts.push(at.more);
        }
        List<Step> all = new ArrayList<>();
        parts.forEach(all::addAll);
        return List.copyOf(all);
    }
}
