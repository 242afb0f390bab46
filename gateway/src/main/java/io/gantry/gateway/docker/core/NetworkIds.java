package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import java.util.Map;

/**
 * What networks are called beside their names, which containers don't tell themselves.
 *
 * @param networks ids by our names of them
 */
public record NetworkIds(Map<String, String> networks) {
    public static final NetworkIds UNKNOWN = new NetworkIds(Map.of());

    /** Empty if it isn't known. */
    String network(String name) {
        return switch (name) {
            case Namespaces.HOST -> NetworkForms.HOST_ID;
            case ContainerSpec.NO_NETWORK -> NetworkForms.NONE_ID;
            default -> networks.getOrDefault(name, "");
        };
    }

    /** Our name of the network that is meant: a name, or an id or the beginning of one; a name wins. */
    String named(String ref) {
        if (networks.containsKey(ref)) {
            return ref;
        }
        return networks.entrySet().stream().filter(one -> one.getValue().startsWith(ref)).map(Map.Entry::getKey).findFirst().orElse(ref);
    }
}
