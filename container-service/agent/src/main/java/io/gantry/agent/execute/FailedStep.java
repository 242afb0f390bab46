package io.gantry.agent.execute;

import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.MakerStep;
import io.gantry.agent.plan.Step;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tells which step it was that failed: one of the first process's own, whose verdict comes by the launcher, or the one that the agent was at. */
final class FailedStep {
    private static final int MOST_WORDS = 4096;
    private final SystemCalls calls;
    private final Execution execution;

    FailedStep(SystemCalls calls, Execution execution) {
        this.calls = calls;
        this.execution = execution;
    }

    /** @param step that the agent was at */
    StepFailure of(Step step, RuntimeException cause) {
        if (execution.calledOff()) {
            return StepFailure.ended(step, Errno.ECANCELED, new Execution.CalledOff());
        }
        if (cause instanceof Execution.Late) {
            return StepFailure.ended(execution.insideStep().<Step>map(at -> at).orElse(step), Errno.ETIMEDOUT, cause);
        }
        return cause instanceof LauncherRefusal refusal ? refused(step, refusal.reply()) : StepFailure.onHost(step, cause);
    }

    private StepFailure refused(Step step, Wire.Reply reply) {
        List<InsideStep> inside = execution.plan().inside();
        if (reply.ofCommand()) {
            return StepFailure.inLauncher(inside.getLast(), inside.getLast().name(), reply.errno());
        }
        if (reply.operation() < 0 || reply.operation() >= inside.size()) {
            return StepFailure.inLauncher(step, reply.stage(), reply.errno());
        }
        InsideStep failed = inside.get(reply.operation());
        return switch (failed) {
            case MakerStep.Make make -> StepFailure.told(make, make.runtime().name(), words(make.words()));
            case MakerStep.Start start -> StepFailure.told(start, start.runtime().name(), words(start.words()));
            case InsideStep other -> StepFailure.inLauncher(other, other.name(), reply.errno());
        };
    }

    private String words(Handle file) {
        return new String(calls.readAt(execution.get(file), MOST_WORDS, 0), StandardCharsets.UTF_8).strip();
    }
}
