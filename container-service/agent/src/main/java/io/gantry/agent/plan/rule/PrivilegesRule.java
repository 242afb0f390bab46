package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.PrivilegeStep.BecomeUser;
import io.gantry.agent.plan.PrivilegeStep.KeepBounding;
import io.gantry.agent.plan.PrivilegeStep.NoNewPrivileges;
import io.gantry.agent.plan.PrivilegeStep.Seccomp;
import io.gantry.agent.plan.PrivilegeStep.SetCapabilities;
import io.gantry.kernel.capabilities.Capability;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything a process could still do to get further is given up, the means of giving up last: the bounding set needs SETPCAP,
 * changing the user needs SETUID, the filter needs no_new_privs.
 */
public final class PrivilegesRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(steps(input, input.user()));
    }

    /** The same for the first process and for commands run in the container later. */
    public static List<InsideStep> steps(PlanInput container, String user) {
        List<InsideStep> steps = new ArrayList<>(container.processLimits().steps());
        steps.addAll(
                List.of(
                        new KeepBounding(Capability.DEFAULT),
                        new SetCapabilities(Capability.DEFAULT),
                        new NoNewPrivileges(),
                        new BecomeUser(user),
                        new Seccomp("default", container.seccompFilter())));
        return List.copyOf(steps);
    }
}
