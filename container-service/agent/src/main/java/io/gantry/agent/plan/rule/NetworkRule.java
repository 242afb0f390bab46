package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.CableStep.AddCable;
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

/**
 * The cables to the bridges, and the leased addresses at their ends. The first is {@code eth0} and the way out: a parked process has it already. Each
 * further one is made for who asks for it.
 */
public final class NetworkRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        List<Attachment> networks = input.request().networks();
        for (int i = 0; i < networks.size(); i++) {
            Attachment network = networks.get(i);
            draft = (i == 0 ? plugged(draft, Parking.cable(input.slot().range()), network) : draft.with(new AddCable(inside(i), network)))
                    .with(rates(network, inside(i), input));
        }
        return draft;
    }

    /** What its {@code number}-th interface is called in a container. */
    public static String inside(int number) {
        return "eth" + number;
    }

    private static PlanDraft plugged(PlanDraft draft, String cable, Attachment network) {
        return draft.with(new MakeVeth(cable), new PlugVeth(cable, network), new SetAddress(network));
    }

    private static List<LimitTraffic> rates(Attachment network, String inside, PlanInput input) {
        Resources limits = input.spec().resources();
        return limits.networkIn() == null && limits.networkOut() == null
                ? List.of()
                : List.of(new LimitTraffic(network.hostInterface(), inside, limits.networkIn(), limits.networkOut()));
    }
}
