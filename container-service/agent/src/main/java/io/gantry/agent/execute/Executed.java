package io.gantry.agent.execute;

import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.MakerStep;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.view.Explanation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A plan that was carried out.
 *
 * @param ahead steps that a parked process had done before
 * @param identity who the command runs as
 * @param pid of the first process
 * @param launcher process id of the launcher, now the monitor
 * @param micros what each step took
 */
record Executed(Plan plan, Set<Step> ahead, Identity identity, int pid, int launcher, Instant startedAt, List<Long> micros, long totalMicros) {
    Explanation explain(String container, String name, long run) {
        List<Explanation.Step> steps = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            Step step = found(plan.steps().get(i));
            steps.add(
                    new Explanation.Step(
                            i + 1, step.title(), step.call(), step.shell(), step.where(), step.undo(), micros.get(i),
                            ahead.contains(step)));
        }
        return new Explanation(container, name, run, List.copyOf(steps), totalMicros);
    }

    /** A config names the user, who was found on the way. */
    private Step found(Step step) {
        return step instanceof MakerStep.WriteConfig config ? config.as(identity) : step;
    }
}
