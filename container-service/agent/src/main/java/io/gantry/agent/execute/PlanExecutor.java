package io.gantry.agent.execute;

import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.Step;
import io.gantry.agent.runtime.CallOff;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out plans: step by step, and when one fails, what was done is undone in reverse. All descriptors it opened are
 * closed at the end either way: a running container needs none of the agent's.
 */
final class PlanExecutor {
    private final SystemCalls calls;
    private final Fd program;
    private final OwnerMaps owners;
    private final Cables cables;
    private final OverlayMounts overlays;
    private final RunSockets sockets;
    private final Users users;
    private final Duration patience;

    /** @param patience for each answer of the launcher */
    PlanExecutor(SystemCalls calls, Fd program, OwnerMaps owners, Cables cables, OverlayMounts overlays, RunSockets sockets, Duration patience) {
        this.sockets = sockets;
        this.patience = patience;
        this.calls = calls;
        this.program = program;
        this.owners = owners;
        this.cables = cables;
        this.overlays = overlays;
        this.users = new Users(calls);
    }

    /** Does the steps ahead of any plan that has them. */
    Parked park(int slot, List<Step> steps) throws StepFailure {
        Execution execution = new Execution(calls, program, patience);
        execution.become(new Plan(steps), new CallOff());
        HostSteps host = new HostSteps(calls, owners, cables, overlays, users, sockets, execution);
        Map<Step, Long> micros = new LinkedHashMap<>();
        for (Step step : steps) {
            long before = System.nanoTime();
            try {
                host.run(step);
            } catch (RuntimeException e) {
                throw givenUp(execution, step, e);
            }
            micros.put(step, (System.nanoTime() - before) / 1000);
        }
        try {
            execution.awaitPrepared(); // before, whoever took it would wait, or share the processors with it
        } catch (RuntimeException e) {
            throw givenUp(execution, steps.getLast(), e);
        }
        return new Parked(slot, execution, micros);
    }

    private StepFailure givenUp(Execution execution, Step step, RuntimeException e) {
        StepFailure failure = new FailedStep(calls, execution).of(step, e);
        execution.undoAll(failure);
        execution.close();
        return failure;
    }

    /** Of a plan whose container is known already, or needn't be. */
    Executed execute(Plan plan, Optional<Parked> parked, StepListener listener, Runnable monitorListens, CallOff callOff) throws StepFailure {
        return execute(plan, parked, listener, () -> {}, monitorListens, callOff);
    }

    /**
     * @param parked fits the plan; what it has done isn't done again
     * @param known returns once there is a record of it: from then on its monitor waits for whoever reads that
     * @param monitorListens called once the monitor can be dialled and before the command runs
     */
    Executed execute(Plan plan, Optional<Parked> parked, StepListener listener, Runnable known, Runnable monitorListens, CallOff callOff)
            throws StepFailure {
        long begin = System.nanoTime();
        Parked.Done done = parked.map(Parked::done).orElse(null);
        List<Long> micros = new ArrayList<>();
        try (Execution execution = parked.map(Parked::execution).orElseGet(() -> new Execution(calls, program, patience))) {
            execution.become(plan, callOff);
            HostSteps host = new HostSteps(calls, owners, cables, overlays, users, sockets, execution);
            for (int i = 0; i < plan.steps().size(); i++) {
                Step step = plan.steps().get(i);
                Long took = done == null ? null : done.next(step);
                if (took != null) {
                    micros.add(took);
                    continue;
                }
                long before = System.nanoTime();
                try {
                    execution.goOn();
                    if (step instanceof LauncherStep.NameMonitor) {
                        known.run();
                    }
                    host.run(step);
                    if (step instanceof LauncherStep.AwaitMonitor) {
                        monitorListens.run();
                    }
                    if (step instanceof LauncherStep.Release release) {
                        // the kernel takes its time with mounts that are let go: now, while the command begins
                        execution.keepOnly(release.handles());
                    }
                    listener.done(i, step);
                } catch (RuntimeException e) {
                    StepFailure failure = new FailedStep(calls, execution).of(step, e);
                    execution.undoAll(failure);
                    throw failure;
                }
                micros.add((System.nanoTime() - before) / 1000);
            }
            execution.succeeded();
            return new Executed(
                    plan,
                    parked.map(one -> one.micros().keySet()).orElse(Set.of()),
                    execution.identity(),
                    execution.firstProcess(),
                    execution.launcher(),
                    execution.startedAt(),
                    withInside(plan, micros, execution.insideMicros()),
                    (System.nanoTime() - begin) / 1000);
        }
    }

    private static List<Long> withInside(Plan plan, List<Long> micros, long[] inside) {
        List<Long> all = new ArrayList<>(micros);
        for (int i = 0, at = 0; i < all.size() && at < inside.length; i++) {
            if (plan.steps().get(i) instanceof InsideStep) {
                all.set(i, inside[at++]);
            }
        }
        return List.copyOf(all);
    }
}
