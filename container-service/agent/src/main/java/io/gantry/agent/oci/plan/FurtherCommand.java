package io.gantry.agent.oci.plan;

import io.gantry.agent.oci.config.BundleConfig;
import io.gantry.agent.oci.config.BundleProcess;
import io.gantry.agent.plan.BundleStep.FindHome;
import io.gantry.agent.plan.BundleStep.SpawnLeaving;
import io.gantry.agent.plan.CommandStep.EnterFolder;
import io.gantry.agent.plan.CommandStep.Execute;
import io.gantry.agent.plan.LauncherStep.AwaitExecuted;
import io.gantry.agent.plan.LauncherStep.AwaitFirstProcess;
import io.gantry.agent.plan.LauncherStep.HandOver;
import io.gantry.agent.plan.LauncherStep.SetOomScore;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PrivilegeStep.BecomeRoot;
import io.gantry.agent.plan.Step;
import io.gantry.kernel.namespaces.Namespaces;
import io.gantry.kernel.syscall.LinuxHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the plan of {@code exec}: into the container's groups and namespaces, then down to the command's privileges. Pure. */
public final class FurtherCommand {
    private FurtherCommand() {}

    /** @param target the container's first process, whose namespaces are entered */
    public static Plan plan(BundleConfig config, BundleProcess process, BundleGroups groups, int target, Optional<String> console, String kernel) {
        // a process that has left its user namespace can't enter it again: without one of its own, the container's is the one we are in
        long namespaces = config.has("user") ? Namespaces.ALL : Namespaces.ALL & ~LinuxHeader.CLONE_NEWUSER;
        StreamSteps streams = StreamSteps.of(process, console, true);
        List<Step> steps = new ArrayList<>();
        steps.add(new SpawnLeaving(groups.unified(), groups.tasks(), 0, namespaces, List.of(), target));
        steps.add(new AwaitFirstProcess(0, namespaces, target));
        process.oomScore().ifPresent(score -> steps.add(new SetOomScore(score)));
        steps.add(new FindHome(process.uid(), null));
        steps.addAll(streams.host());
        steps.add(new HandOver(streams.handles()));
        if (config.has("user")) {
            steps.add(new BecomeRoot());
        }
        steps.add(new EnterFolder(process.cwd(), false));
        steps.addAll(streams.inside());
        steps.addAll(ProcessSteps.until(process, config.seccomp(), kernel));
        steps.addAll(ProcessSteps.last(process, config.seccomp(), kernel));
        steps.add(new Execute(process.args(), process.env()));
        steps.add(new AwaitExecuted());
        return new Plan(steps);
    }
}
