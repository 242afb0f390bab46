package io.gantry.agent.execute;

import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.RunRequest;

/** Inputs of plans for tests. */
final class Plans {
    private Plans() {}

    static PlanInput input(RuntimeSettings settings, RunRequest request) {
        return new PlanInput(request, "s00000", settings.range(0), "/c", "/r", settings.cgroups(), 1024, 1 << 20, 3, new byte[8], "/volumes", settings.grants());
    }
}
