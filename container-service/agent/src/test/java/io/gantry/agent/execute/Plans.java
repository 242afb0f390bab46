package io.gantry.agent.execute;

import io.gantry.agent.plan.HostFacts;
import io.gantry.agent.plan.HostGrants;
import io.gantry.agent.plan.LayerState;
import io.gantry.agent.plan.LogBounds;
import io.gantry.agent.plan.PlanFolders;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.SizeKeeper;
import io.gantry.agent.plan.Slot;
import io.gantry.agent.runtime.OciRuntime;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.kernel.process.ResourceLimit;
import java.util.HashMap;
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
        Optional<OciRuntime> other = settings.classes().other(request.container().spec().runtime());
        return new PlanInput(
                request,
                new Slot("s00000", settings.range(0)),
                new PlanFolders("/places", "/names", "/c", "/r", "/volumes", keepers(request, keeper)),
                new HostFacts(settings.cgroups(), Map.of(ResourceLimit.NOFILE, 1024L), Map.of(), other.isEmpty(), Map.of()),
                new HostGrants(settings.folderGrants(), HostDevices.of(settings.grants().devices())),
                new LogBounds(1 << 20, 3),
                new byte[8],
                LayerState.KEPT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                other);
    }

    private static Map<String, SizeKeeper> keepers(RunRequest request, SizeKeeper keeper) {
        Map<String, SizeKeeper> keepers = new HashMap<>(Map.of("/c/layer", keeper));
        request.container().volumes().forEach(volume -> keepers.put("/volumes/" + volume.id() + "/data", keeper));
        return keepers;
    }
}
