package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.MakeDevices;

/** {@code /dev}. */
public final class DevicesRule implements Rule {
    public static final Handle DEVICES = new Handle("dev");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(new MakeDevices(input.slot().range().first(), DEVICES));
    }
}
