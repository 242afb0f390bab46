package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import java.util.Map;

/**
 * What networks and endpoints are called beside their names, which containers don't tell themselves.
 *
 * @param networks ids by our names of them
 * @param endpoints ids by containers'
 */
public record NetworkIds(Map<String, String> networks, Map<String, String> endpoints) {
    public static final NetworkIds UNKNOWN = new NetworkIds(Map.of(), Map.of());

    /** Empty if it isn't known. */
    String network(String name) {
        return switch (name) {
            case Namespaces.HOST -> NetworkForms.HOST_ID;
            case ContainerSpec.NO_NETWORK -> NetworkForms.NONE_ID;
            default -> networks.getOrDefault(name, "");
        };
    }

    String endpoint(String container) {
        return endpoints.getOrDefault(container, "");
    }
}
