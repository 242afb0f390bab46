package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep.MakeVeth;
import io.gantry.agent.plan.HostStep.PlugVeth;
import io.gantry.agent.plan.HostStep.SetAddress;
import io.gantry.agent.plan.Parking;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.Attachment;

/** The cable to the bridge, and the leased address at its end. */
public final class NetworkRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return input.request()
                .network()
                .map(network -> plugged(draft, Parking.cable(input.range()), network))
                .orElse(draft);
    }

    private static PlanDraft plugged(PlanDraft draft, String cable, Attachment network) {
        return draft.with(new MakeVeth(cable), new PlugVeth(cable, network), new SetAddress(network));
    }
}
