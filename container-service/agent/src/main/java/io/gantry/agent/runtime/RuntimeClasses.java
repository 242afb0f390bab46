package io.gantry.agent.runtime;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.state.Observed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** By what this node makes containers. It tells with every heartbeat, and nothing else is placed here. Pure. */
public record RuntimeClasses(List<OciRuntime> others) {
    /** Those of this agent alone. */
    public static final RuntimeClasses OWN = new RuntimeClasses(List.of());

    private static final int ENOSYS = 38;

    public RuntimeClasses {
        others = List.copyOf(others);
    }

    public List<String> names() {
        return Stream.concat(Stream.of(ContainerSpec.DEFAULT_RUNTIME), others.stream().map(OciRuntime::name)).toList();
    }

    /** What makes containers of that class; empty for this agent itself. */
    public Optional<OciRuntime> other(String runtime) {
        return others.stream().filter(one -> one.name().equals(runtime)).findFirst();
    }

    /** Why a container can't be of its class here; empty if it can. */
    public Optional<Observed.Failure> refusal(ContainerSpec spec) {
        String runtime = spec.runtime();
        if (!names().contains(runtime)) {
            // it was placed by what an agent offered that was here before
            return refusal(
                    "this node doesn't offer the runtime class '%s', but %s".formatted(runtime, String.join(", ", names())),
                    "make the container anew without it, or with one that GET /nodes shows");
        }
        List<String> asked = other(runtime).map(_ -> beyond(spec)).orElse(List.of());
        return asked.isEmpty()
                ? Optional.empty()
                : refusal(
                        "the runtime class '%s' doesn't give containers %s".formatted(runtime, String.join(", ", asked)),
                        "leave it out, or make the container of the class '" + ContainerSpec.DEFAULT_RUNTIME + "'");
    }

    private static Optional<Observed.Failure> refusal(String what, String remedy) {
        return Optional.of(new Observed.Failure("runtime", ENOSYS, what, remedy));
    }

    /** What only containers have that are made here: all others are in namespaces of their own, and by nothing privileged. */
    private static List<String> beyond(ContainerSpec spec) {
        List<String> asked = new ArrayList<>();
        if (spec.lender().isPresent()) {
            asked.add("namespaces of another container");
        }
        if (spec.hostNetwork() || spec.namespaces().hostPid() || spec.namespaces().hostIpc() || spec.namespaces().hostUts()) {
            asked.add("namespaces of the host");
        }
        if (spec.security().privileged()) {
            asked.add("security.privileged");
        }
        return asked;
    }
}
