package io.gantry.agent.plan;

import java.util.ArrayList;
import java.util.List;

/** A plan in the making: what rules add to. Immutable. */
public record PlanDraft(List<Step> steps, List<Handle> handles) {
    public static final PlanDraft EMPTY = new PlanDraft(List.of(), List.of());

    public PlanDraft with(Step... more) {
        return with(List.of(more));
    }

    public PlanDraft with(List<? extends Step> more) {
        List<Step> all = new ArrayList<>(steps);
        all.addAll(more);
        return new PlanDraft(List.copyOf(all), handles);
    }

    /** Marks a descriptor as one that the first process needs. */
    public PlanDraft handing(Handle handle) {
        List<Handle> all = new ArrayList<>(handles);
        all.add(handle);
        return new PlanDraft(steps, List.copyOf(all));
    }
}
