package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep.MakeVeth;
import io.gantry.agent.plan.HostStep.SetAddress;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** The cable to the bridge, and the leased address at its end. */
public final class NetworkRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return input.request()
                .network()
                .map(network -> draft.with(new MakeVeth(network), new SetAddress(network)))
                .orElse(draft);
    }
}
