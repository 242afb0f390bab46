package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.PrivilegeStep.BecomeUser;
import io.gantry.agent.plan.PrivilegeStep.KeepBounding;
import io.gantry.agent.plan.PrivilegeStep.LayDown;
import io.gantry.agent.plan.PrivilegeStep.NoNewPrivileges;
import io.gantry.agent.plan.PrivilegeStep.Seccomp;
import io.gantry.agent.plan.PrivilegeStep.SetCapabilities;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.Capability;
import io.gantry.kernel.capabilities.CapabilitySets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Everything a process could still do to get further is given up, the means of giving up last: the bounding set needs SETPCAP,
 * changing the user needs SETUID, the filter needs no_new_privs. Without that only root may set a filter: it comes first, and must let
 * through what follows.
 */
public final class PrivilegesRule implements Rule {
    private static final Set<Capability> TO_BECOME_ANOTHER = Set.of(Capability.SETUID, Capability.SETGID);

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(steps(input, input.user()));
    }

    /** The same for the first process and for commands run in the container later. */
    public static List<InsideStep> steps(PlanInput input, String user) {
        Security security = input.spec().security();
        Set<Capability> held = security.capabilities(CapabilitySets.DEFAULT);
        List<InsideStep> steps = new ArrayList<>(input.processLimits().steps());
        if (!security.noNewPrivileges()) {
            steps.addAll(filter(input));
        }
        steps.add(new KeepBounding(held));
        Set<Capability> meanwhile = EnumSet.copyOf(TO_BECOME_ANOTHER);
        meanwhile.removeAll(held);
        steps.add(new SetCapabilities(both(held, meanwhile)));
        if (security.noNewPrivileges()) {
            steps.add(new NoNewPrivileges());
        }
        steps.add(new BecomeUser(user));
        if (!meanwhile.isEmpty()) {
            steps.add(new LayDown(meanwhile));
        }
        if (security.noNewPrivileges()) {
            steps.addAll(filter(input));
        }
        return steps;
    }

    private static Set<Capability> both(Set<Capability> held, Set<Capability> meanwhile) {
        Set<Capability> all = EnumSet.copyOf(meanwhile.isEmpty() ? held : meanwhile);
        all.addAll(held);
        return all;
    }

    private static List<InsideStep> filter(PlanInput input) {
        Security security = input.spec().security();
        Seccomp.Profile profile =
                security.unconfined() ? Seccomp.Profile.NO_SUBVOLUMES : security.seccomp() == null ? Seccomp.Profile.DEFAULT : Seccomp.Profile.OWN;
        return input.seccompFilter().length == 0 ? List.of() : List.of(new Seccomp(profile, input.seccompFilter()));
    }
}
