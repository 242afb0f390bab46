package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.CableStep.LimitTraffic;
import io.gantry.agent.plan.CableStep.MakeVeth;
import io.gantry.agent.plan.CableStep.PlugVeth;
import io.gantry.agent.plan.CableStep.SetAddress;
import io.gantry.agent.plan.Parking;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.spec.Resources;
import java.util.List;

/** The cable to the bridge, and the leased address at its end. */
public final class NetworkRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return input.request()
                .network()
                .map(network -> plugged(draft, Parking.cable(input.slot().range()), network).with(rates(network, input)))
                .orElse(draft);
    }

    private static PlanDraft plugged(PlanDraft draft, String cable, Attachment network) {
        return draft.with(new MakeVeth(cable), new PlugVeth(cable, network), new SetAddress(network));
    }

    private static List<LimitTraffic> rates(Attachment network, PlanInput input) {
        Resources limits = input.spec().resources();
        return limits.networkIn() == null && limits.networkOut() == null
                ? List.of()
                : List.of(new LimitTraffic(network.hostInterface(), limits.networkIn(), limits.networkOut()));
    }
}
