package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.LauncherStep.SetOomScore;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import java.util.List;

/** How soon the host takes this container when its own memory runs out; the monitor stays as precious as the agent. */
public final class OomScoreRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(steps(input));
    }

    /** The same for the first process and for commands run in the container later. */
    public static List<HostStep> steps(PlanInput input) {
        int score = input.spec().resources().oomScore();
        return score == 0 ? List.of() : List.of(new SetOomScore(score));
    }
}
