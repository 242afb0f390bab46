package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.CommandStep.ForkInit;
import io.gantry.agent.plan.CommandStep.OpenStreams;
import io.gantry.agent.plan.CommandStep.OpenTerminal;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** Process 1 stays behind as init unless the spec declines it; then the command's input and output. */
public final class StreamsRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        if (input.spec().init()) {
            draft = draft.with(new ForkInit());
        }
        return draft.with(input.spec().tty() ? new OpenTerminal(input.terminal()) : new OpenStreams(input.spec().stdin()));
    }
}
