package io.gantry.agent.execute;

import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.ApiSockets;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.time.Duration;
import java.util.function.Function;

/**
 * What the runtime works by. A test puts something weaker in the place of one of these, to see that it was this that held.
 *
 * @param program the launcher
 * @param planner makes the plan of a start
 * @param steps told of each step that is done
 * @param patience for each answer of the launcher
 * @param renewals told of each deed of a renewal of files
 * @param sockets to the platform's API
 * @param wirings told of each deed when a running container comes onto other networks
 */
record Means(SystemCalls calls, Fd program, Function<PlanInput, Plan> planner, StepListener steps, Duration patience, RenewalListener renewals, ApiSockets sockets, WiringListener wirings) {
    /** No step of the first process takes long by itself: one that isn't done by then waits for something that doesn't come. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    static Means usual() {
        SystemCalls calls = new LinuxSystemCalls();
        return new Means(calls, LauncherProgram.load(calls), ContainerPlanner::plan, StepListener.NONE, PATIENCE, RenewalListener.NONE, ApiSockets.NONE, WiringListener.NONE);
    }

    Means telling(StepListener listener) {
        return new Means(calls, program, planner, listener, patience, renewals, sockets, wirings);
    }

    Means within(Duration other) {
        return new Means(calls, program, planner, steps, other, renewals, sockets, wirings);
    }

    Means planning(Function<PlanInput, Plan> other) {
        return new Means(calls, program, other, steps, patience, renewals, sockets, wirings);
    }

    Means launching(Fd other) {
        return new Means(calls, other, planner, steps, patience, renewals, sockets, wirings);
    }

    Means calling(SystemCalls other) {
        return new Means(other, program, planner, steps, patience, renewals, sockets, wirings);
    }

    Means renewing(RenewalListener listener) {
        return new Means(calls, program, planner, steps, patience, listener, sockets, wirings);
    }

    Means wiring(WiringListener listener) {
        return new Means(calls, program, planner, steps, patience, renewals, sockets, listener);
    }

    Means answering(ApiSockets others) {
        return new Means(calls, program, planner, steps, patience, renewals, others, wirings);
    }
}
