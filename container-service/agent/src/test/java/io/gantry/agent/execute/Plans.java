package io.gantry.agent.execute;

import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.SizeKeeper;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.kernel.process.ResourceLimit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Inputs of plans for tests. */
final class Plans {
    private Plans() {}

    /** As on a file system that has nothing for sizes. */
    static PlanInput input(RuntimeSettings settings, RunRequest request) {
        return input(settings, request, SizeKeeper.FILE);
    }

    static PlanInput input(RuntimeSettings settings, RunRequest request, SizeKeeper keeper) {
        return new PlanInput(
                request, "s00000", settings.range(0), "/places", "/names", "/c", "/r", settings.cgroups(), Map.of(ResourceLimit.NOFILE, 1024L), 1 << 20, 3, new byte[8],
                Map.of(), false, "/volumes", settings.folderGrants(), HostDevices.of(settings.grants().devices()), Optional.empty(), Optional.empty(), keepers(request, keeper),
                settings.classes().other(request.container().spec().runtime()), settings.classes().other(request.container().spec().runtime()).isEmpty(), Map.of());
    }

    private static Map<String, SizeKeeper> keepers(RunRequest request, SizeKeeper keeper) {
        Map<String, SizeKeeper> keepers = new HashMap<>(Map.of("/c/layer", keeper));
        request.container().volumes().forEach(volume -> keepers.put("/volumes/" + volume.id() + "/data", keeper));
        return keepers;
    }
}
