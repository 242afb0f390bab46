package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.LauncherStep.SpawnLauncher;
import io.gantry.agent.plan.Lender;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** The launcher starts early: it makes the namespaces while the agent mounts. */
public final class LauncherRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(
                new SpawnLauncher(
                        input.unified(),
                        input.tasks(),
                        input.own(),
                        input.shared(),
                        input.lender().map(Lender::pid).orElse(0)));
    }
}
