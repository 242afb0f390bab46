package io.gantry.agent.execute;

import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.kernel.process.ResourceLimit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Inputs of plans for tests. */
final class Plans {
    private Plans() {}

    static PlanInput input(RuntimeSettings settings, RunRequest request) {
        return new PlanInput(
                request, "s00000", settings.range(0), "/places", "/names", "/c", "/r", settings.cgroups(), Map.of(ResourceLimit.NOFILE, 1024L), 1 << 20, 3, new byte[8],
                Map.of(), false, "/volumes", settings.folderGrants(), HostDevices.of(settings.grants().devices()), Optional.empty(), Optional.empty(), settings.classes().other(request.container().spec().runtime()),
                settings.classes().other(request.container().spec().runtime()).isEmpty(), Map.of());
    }
}
