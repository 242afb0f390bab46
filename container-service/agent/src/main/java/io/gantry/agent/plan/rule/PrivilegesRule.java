package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.PrivilegeStep.BecomeUser;
import io.gantry.agent.plan.PrivilegeStep.KeepBounding;
import io.gantry.agent.plan.PrivilegeStep.NoNewPrivileges;
import io.gantry.agent.plan.PrivilegeStep.Seccomp;
import io.gantry.agent.plan.PrivilegeStep.SetCapabilities;
import io.gantry.agent.plan.SettingStep.Limit;
import io.gantry.kernel.capabilities.Capability;
import io.gantry.kernel.process.ResourceLimit;
import java.util.List;

/**
 * Everything a process could still do to get further is given up, the means of giving up last: the bounding set needs SETPCAP,
 * changing the user needs SETUID, the filter needs no_new_privs.
 */
public final class PrivilegesRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(steps(input.user(), input.openFiles(), input.seccompFilter()));
    }

    /** The same for the first process and for commands run in the container later. */
    public static List<InsideStep> steps(String user, long openFiles, byte[] filter) {
        return List.of(
                new Limit(ResourceLimit.NOFILE, openFiles, openFiles),
                new Limit(ResourceLimit.CORE, 0, 0),
                new KeepBounding(Capability.DEFAULT),
                new SetCapabilities(Capability.DEFAULT),
                new NoNewPrivileges(),
                new BecomeUser(user),
                new Seccomp("default", filter));
    }
}
