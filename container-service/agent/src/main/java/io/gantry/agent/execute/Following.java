package io.gantry.agent.execute;

import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.ArrayList;
import java.util.List;

/** What is done of a container once its command runs: its end is watched for, how it came to be is kept, what it has reserved counts. */
final class Following {
    private final SystemCalls calls;
    private final ContainerFolders folders;
    private final Watch watch;
    private final Leftovers leftovers;
    private final PlanInputs inputs;
    private final Explanations explanations;

    Following(SystemCalls calls, ContainerFolders folders, Watch watch, Leftovers leftovers, PlanInputs inputs, Explanations explanations) {
        this.calls = calls;
        this.folders = folders;
        this.watch = watch;
        this.leftovers = leftovers;
        this.inputs = inputs;
        this.explanations = explanations;
    }

    /** From here on its end is seen; a container that can't be followed doesn't stay. */
    Running follow(RunRequest request, ContainerRecord record, Executed executed) {
        ContainerId id = request.container().id();
        ContainerRecord running = record.started(executed.pid(), executed.startedAt());
        try {
            watch.add(running, executed.launcher(), folders.monitor(id), () -> watch.saveStarted(running));
        } catch (RuntimeException e) {
            leftovers.removeGroups(record.slotName());
            calls.kill(executed.launcher(), Execution.SIGKILL);
            calls.waitFor(executed.launcher());
            leftovers.removeRunFiles(record);
            throw e;
        }
        explanations.add(request, running, executed);
        leftovers.countReservations(running);
        return new Running(id, request.run(), executed.pid(), executed.startedAt(), applied(running));
    }

    private Observed.Applied applied(ContainerRecord running) {
        Desired.Container container = running.container();
        List<Observed.Deviation> deviations = new ArrayList<>(inputs.processLimits(container).deviations());
        inputs.layerKeeper(container).ifPresent(keeper -> deviations.add(new Observed.Deviation("resources.disk", "held by " + keeper.what())));
        if (running.cores() != null) {
            deviations.add(new Observed.Deviation("resources.exclusiveCores", "cores " + running.cores() + " of the node; its host's own programs aren't kept off them"));
        }
        return new Observed.Applied(container.update(), null, List.copyOf(deviations));
    }
}
