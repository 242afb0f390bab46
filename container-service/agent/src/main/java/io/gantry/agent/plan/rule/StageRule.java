package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.LeaveHost;
import io.gantry.agent.plan.FileSystemStep.PrivateMounts;
import io.gantry.agent.plan.FileSystemStep.Stage;
import io.gantry.agent.plan.HostStep.Prepare;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.PrivilegeStep.BecomeRoot;
import io.gantry.agent.plan.Step;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the first process prepares before the container's root is there, in an empty root of its own: the kernel's file systems, masked and
 * ready to be moved, and the settings of its namespaces. Most of it is the same for every container, and done by parked processes ahead.
 *
 * <p>The host's root stays on top until all is mounted: a procfs may be mounted in a user namespace only while an unmasked one is in sight.
 */
public final class StageRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(steps(input.cgroups().views(input.limits()), input.spec().security().sysctls()));
    }

    /** Without sysctls: what every container has. */
    public static List<Step> steps(List<CgroupHierarchy.View> views, Map<String, String> sysctls) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Prepare(List.of(DevicesRule.DEVICES)));
        steps.add(new BecomeRoot());
        steps.add(new PrivateMounts());
        steps.add(new Stage());
        steps.addAll(KernelFileSystems.STEPS);
        steps.addAll(CgroupViews.steps(views));
        steps.addAll(Settings.steps(sysctls));
        steps.addAll(MaskingRule.always());
        steps.add(new LeaveHost());
        return List.copyOf(steps);
    }
}
