package io.gantry.gateway.docker.core;

import java.util.Map;

/**
 * What networks are called beside their names.
 *
 * @param networks ids by our names of them
 */
public record NetworkIds(Map<String, String> networks) {
    public static final NetworkIds UNKNOWN = new NetworkIds(Map.of());

    /** Our name of the network that is meant: a name, or an id or the beginning of one; a name wins. */
    String named(String ref) {
        if (networks.containsKey(ref)) {
            return ref;
        }
        return networks.entrySet().stream().filter(one -> one.getValue().startsWith(ref)).map(Map.Entry::getKey).findFirst().orElse(ref);
    }
}
