package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.LeaveHost;
import io.gantry.agent.plan.FileSystemStep.PrivateMounts;
import io.gantry.agent.plan.FileSystemStep.Stage;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.LauncherStep.Prepare;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.PrivilegeStep.BecomeRoot;
import io.gantry.agent.plan.Staging;
import io.gantry.agent.plan.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * What the first process prepares before the container's root is there, in an empty root of its own: the kernel's file systems, masked and
 * ready to be moved, and the settings of its namespaces. Most of it is the same for every container, and done by parked processes ahead.
 *
 * <p>The host's root stays on top until all is mounted: a procfs may be mounted in a user namespace only while an unmasked one is in sight.
 */
public final class StageRule implements Rule {
    /** The usual one as it was made last: half of every plan, and the same on a host. */
    private static volatile Made usual = new Made(null, List.of());

    private record Made(Staging staging, List<Step> steps) {}

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(steps(input.staging()));
    }

    public static List<Step> steps(Staging staging) {
        Made last = usual;
        if (staging.equals(last.staging())) {
            return last.steps();
        }
        List<Step> steps = made(staging);
        if (staging.equals(Staging.usual(staging.views(), staging.procView()))) {
            usual = new Made(staging, steps);
        }
        return steps;
    }

    private static List<Step> made(Staging staging) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Prepare(handles(staging)));
        steps.add(new BecomeRoot());
        steps.add(new PrivateMounts());
        steps.add(new Stage());
        steps.addAll(KernelFileSystems.steps(staging));
        steps.addAll(CgroupViews.steps(staging.views()));
        steps.addAll(Settings.steps(staging));
        steps.addAll(MaskingRule.always(staging));
        steps.addAll(ProcViewRule.shown(staging));
        steps.add(new LeaveHost());
        return List.copyOf(steps);
    }

    private static List<Handle> handles(Staging staging) {
        List<Handle> handles = new ArrayList<>(List.of(DevicesRule.DEVICES));
        if (staging.hostPid()) {
            handles.add(HostNamespacesRule.PROCESSES);
        }
        if (staging.hostNetwork()) {
            handles.add(HostNamespacesRule.OBJECTS);
        }
        if (staging.fitted()) {
            handles.add(ProcViewRule.VIEW);
        }
        return handles;
    }
}
