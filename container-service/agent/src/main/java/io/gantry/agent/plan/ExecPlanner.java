package io.gantry.agent.plan;

import io.gantry.agent.plan.rule.OomScoreRule;
import io.gantry.agent.plan.rule.PrivilegesRule;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.kernel.namespaces.Namespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes the plan of a further command in a running container: into its groups and namespaces, then down to its privileges. */
public final class ExecPlanner {
    private ExecPlanner() {}

    /**
     * @param container as it was planned
     * @param target its first process
     * @param socket name of the session's socket, at most 31 bytes
     * @param environment of the container
     */
    public static Plan plan(PlanInput container, ExecSpec spec, int target, String socket, Map<String, String> environment) {
        List<Step> steps = new ArrayList<>();
        String user = spec.user() == null ? container.user() : spec.user();
        String asked = container.spec().workingDir();
        String usual = asked == null ? container.request().container().image().config().workingDir() : asked;
        String folder = spec.workingDir() == null ? usual : spec.workingDir();
        steps.add(
                new LauncherStep.SpawnLauncher(
                        container.unified(),
                        container.tasks(),
                        0,
                        Namespaces.ALL,
                        target));
        steps.add(new LauncherStep.NameMonitor(container.folders().container(), container.folders().sockets(), socket, 0, 0, List.of()));
        steps.add(new LauncherStep.AwaitFirstProcess(0, Namespaces.ALL, target));
        steps.addAll(OomScoreRule.steps(container));
        steps.add(new LauncherStep.AwaitMonitor());
        steps.add(new LauncherStep.ResolveUser(user, container.spec().groups(), null, List.of(), ""));
        steps.add(new LauncherStep.HandOver(List.of()));
        steps.add(new PrivilegeStep.BecomeRoot());
        steps.add(new CommandStep.EnterFolder(folder, false));
        steps.add(spec.tty() ? new CommandStep.OpenTerminal(Optional.empty()) : new CommandStep.OpenStreams(spec.stdin()));
        steps.addAll(PrivilegesRule.steps(container, user));
        Map<String, String> all = new TreeMap<>(environment);
        if (spec.tty()) {
            all.putIfAbsent("TERM", "xterm");
        }
        all.putAll(spec.env());
        steps.add(new CommandStep.Execute(spec.command(), Map.copyOf(all)));
        steps.add(new LauncherStep.AwaitExecuted());
        return new Plan(steps);
    }
}
