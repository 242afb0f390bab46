package io.gantry.agent.execute;

import io.gantry.agent.image.Layer;
import io.gantry.agent.plan.DebugPlanner;
import io.gantry.agent.plan.ExecPlanner;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.rule.CommandRule;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.cgroup.LimitUnavailable;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Further commands in containers that run: with the container's own files, or with those of another image. */
final class Sessions {
    private final ContainerFolders folders;
    private final Watch watch;
    private final Leftovers leftovers;
    private final PlanInputs inputs;
    private final PlanExecutor executor;
    private final RuntimeSettings settings;
    private final KernelReport kernel;
    private final AtomicLong numbers = new AtomicLong();

    Sessions(
            ContainerFolders folders, Watch watch, Leftovers leftovers, PlanInputs inputs, PlanExecutor executor, RuntimeSettings settings, KernelReport kernel) {
        this.folders = folders;
        this.watch = watch;
        this.leftovers = leftovers;
        this.inputs = inputs;
        this.executor = executor;
        this.settings = settings;
        this.kernel = kernel;
    }

    ExecSession exec(ContainerId id, ExecSpec spec) throws StartFailure {
        ContainerRecord record = running(id, "exec");
        MonitorSession session = MonitorSession.exec();
        String name = "exec-" + numbers.incrementAndGet();
        Executed executed =
                start(session, record, name, () -> {
                    PlanInput input = inputs.of(new RunRequest(record.container(), record.run(), List.of(), Optional.empty()), record, Optional.empty());
                    return ExecPlanner.plan(input, spec, record.pid(), name, CommandRule.environment(input));
                });
        return new MonitorExecSession(session, executed.pid());
    }

    /** @param layers of an image with that configuration, on disk */
    ExecSession debug(ContainerId id, DebugSpec spec, ImageConfig toolbox, List<Layer> layers) throws StartFailure {
        Optional<Observed.Failure> refusal = spec.privileged() ? settings.grants().refusalOfPrivilegedDebugging() : Optional.empty();
        if (refusal.isPresent()) {
            throw new StartFailure(refusal.get(), null);
        }
        ContainerRecord record = running(id, "debug");
        MonitorSession session = MonitorSession.exec();
        String name = Leftovers.DEBUGGING + numbers.incrementAndGet();
        try {
            Executed executed =
                    start(session, record, name, () -> {
                        RunRequest request = new RunRequest(spec.privileged() ? privileged(record.container()) : record.container(), record.run(), layers, Optional.empty());
                        return DebugPlanner.plan(inputs.of(request, record, Optional.empty()), spec, toolbox, record.pid(), name);
                    });
            return new DebugSession(new MonitorExecSession(session, executed.pid()), session, leftovers.session(record.slotName(), name));
        } catch (StartFailure e) {
            leftovers.session(record.slotName(), name).remove();
            throw e;
        }
    }

    private static Desired.Container privileged(Desired.Container container) {
        Security own = container.spec().security();
        Security all =
                new Security(
                        List.of("ALL"), null, own.noNewPrivileges(), own.seccomp(), own.unconfined(), own.maskedPaths(), own.readOnlyPaths(), own.sysctls(), own.devices());
        return container.with(container.spec().but().security(all).build());
    }

    private ContainerRecord running(ContainerId id, String step) throws StartFailure {
        ContainerRecord record =
                watch.get(id)
                        .map(LiveContainer::record)
                        .orElseThrow(() -> new StartFailure(new Observed.Failure(step, 0, "the container isn't running", "start it first"), null));
        if (leftovers.group(record.slotName()).frozen()) {
            throw new StartFailure(new Observed.Failure(step, 0, "the container is paused", "unpause it first"), null);
        }
        return record;
    }

    private interface Planning {
        Plan plan();
    }

    private Executed start(MonitorSession session, ContainerRecord record, String socket, Planning planning) throws StartFailure {
        ContainerId id = record.container().id();
        try {
            Executed executed =
                    executor.execute(
                            planning.plan(), Optional.empty(), StepListener.NONE, () -> connect(session, folders.sockets(id).resolve(socket)), new CallOff());
            watch.reap(executed.launcher());
            return executed;
        } catch (StepFailure e) {
            session.close();
            throw new StartFailure(Hints.describe(e, kernel), e);
        } catch (LimitUnavailable e) {
            session.close();
            throw new StartFailure(Hints.describe(e), e);
        }
    }

    private static void connect(MonitorSession session, Path socket) {
        try {
            session.connect(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
