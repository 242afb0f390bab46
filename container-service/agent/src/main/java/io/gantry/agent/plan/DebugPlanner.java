package io.gantry.agent.plan;

import io.gantry.agent.plan.rule.OomScoreRule;
import io.gantry.agent.plan.rule.PrivilegesRule;
import io.gantry.agent.plan.rule.ToolboxRule;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.namespaces.Namespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the plan of a command that looks into a running container with the files of another image. It joins all of the container's namespaces
 * and then parts its mounts from them: the other image becomes its root, and what was the root lies in it. Privileges are given up as the
 * container's are, by the same steps. It is in a group of its own below the container's, by which all that it starts ends with it.
 */
public final class DebugPlanner {
    private DebugPlanner() {}

    /**
     * @param container as it was planned, with the layers of the toolbox in the place of its own, and the privileges that the command is to have
     * @param toolbox configuration of the image that they are of
     * @param target the container's first process
     * @param name of the group and of the session's socket, at most 31 bytes
     */
    public static Plan plan(PlanInput container, DebugSpec spec, ImageConfig toolbox, int target, String name) {
        String group = container.unified() + "/" + name;
        String user = spec.user() != null ? spec.user() : spec.privileged() ? "0" : container.user();
        List<Step> steps = new ArrayList<>();
        steps.add(new HostStep.MakeCgroup(CgroupHierarchy.UNIFIED, group));
        steps.add(new LauncherStep.SpawnLauncher(group, container.tasks(), 0, Namespaces.ALL, target));
        steps.add(new LauncherStep.NameMonitor(container.folders().container(), container.folders().sockets(), name, 0, 0, List.of()));
        PlanDraft made = ToolboxRule.made(container);
        steps.addAll(made.steps());
        steps.add(new LauncherStep.AwaitFirstProcess(0, Namespaces.ALL, target));
        steps.addAll(OomScoreRule.steps(container));
        steps.add(new LauncherStep.AwaitMonitor());
        steps.add(new LauncherStep.ResolveUser(user, container.spec().groups(), null, List.of(), ""));
        steps.add(new LauncherStep.HandOver(made.handles()));
        steps.add(new PrivilegeStep.BecomeRoot());
        steps.addAll(ToolboxRule.entered(container));
        steps.add(new CommandStep.EnterFolder(toolbox.workingDir(), true));
        steps.add(spec.tty() ? new CommandStep.OpenTerminal(Optional.empty()) : new CommandStep.OpenStreams(spec.stdin()));
        steps.addAll(PrivilegesRule.steps(container, user));
        steps.add(new CommandStep.Execute(spec.arguments(toolbox), environment(container, spec, toolbox)));
        steps.add(new LauncherStep.AwaitExecuted());
        return new Plan(steps);
    }

    private static Map<String, String> environment(PlanInput container, DebugSpec spec, ImageConfig toolbox) {
        Map<String, String> all = new TreeMap<>(ToolboxRule.ENVIRONMENT);
        all.put("HOSTNAME", container.hostname());
        if (spec.tty()) {
            all.put("TERM", "xterm");
        }
        all.putAll(toolbox.env());
        all.putAll(spec.env());
        return Map.copyOf(all);
    }
}
