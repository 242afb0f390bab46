package io.gantry.agent.runtime;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.state.Observed;
import java.util.List;
import java.util.Optional;

/** By what this node makes containers. It tells with every heartbeat, and nothing else is placed here. */
public final class RuntimeClasses {
    public static final List<String> OFFERED = List.of(ContainerSpec.DEFAULT_RUNTIME);

    private static final int ENOSYS = 38;

    private RuntimeClasses() {}

    /** Why a container of this class can't run here: it was placed by what an agent offered that was here before; empty if it can. */
    public static Optional<Observed.Failure> refusal(String runtime) {
        if (OFFERED.contains(runtime)) {
            return Optional.empty();
        }
        return Optional.of(new Observed.Failure(
                "runtime", ENOSYS, "this node doesn't offer the runtime class '%s', but %s".formatted(runtime, String.join(", ", OFFERED)),
                "make the container anew without it, or with one that GET /nodes shows"));
    }
}
