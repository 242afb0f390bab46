package io.gantry.agent.execute;

import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.Step;
import io.gantry.agent.runtime.Explanation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan that was carried out.
 *
 * @param pid of the first process
 * @param launcher process id of the launcher, now the monitor
 * @param micros what each step took
 */
record Executed(Plan plan, int pid, int launcher, Instant startedAt, List<Long> micros, long totalMicros) {
    Explanation explain(String container, String name, long run) {
        List<Explanation.Step> steps = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            Step step = plan.steps().get(i);
            steps.add(
                    new Explanation.Step(
                            i + 1, step.title(), step.call(), step.shell(), step.where(), step.undo(), micros.get(i)));
        }
        return new Explanation(container, name, run, List.copyOf(steps), totalMicros);
    }
}
