package io.gantry.contracts.api;

import java.util.List;
import java.util.stream.Stream;

/** The one table of all that can be asked of {@code /api/v1}. Tests hold every service's routes to it, and it to every service's routes. */
public final class Operations {
    private static final List<Operation> ALL =
            Stream.of(
                            ContainerOperations.all(), StreamOperations.all(), ClusterOperations.all(), KeptOperations.all(), ImageOperations.all(),
                            GatewayOperations.all())
                    .flatMap(List::stream)
                    .toList();

    private Operations() {}

    public static List<Operation> all() {
        return ALL;
    }
}
