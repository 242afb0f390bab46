package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.ContainerSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which network a container joins, and under which further names. */
record Networking(String network, List<String> aliases) {
    static Networking read(Fields body, Fields host) {
        String mode = host.text("NetworkMode");
        Fields endpoints = body.in("NetworkingConfig").in("EndpointsConfig");
        Set<String> networks = new LinkedHashSet<>();
        networks.add(DockerNames.ourNetwork(mode));
        List<String> aliases = new ArrayList<>();
        for (String network : endpoints.names()) {
            Fields endpoint = endpoints.in(network);
            // all that is in it is refused
            endpoint.in("IPAMConfig");
            networks.add(DockerNames.ourNetwork(network));
            List<String> given = endpoint.texts("Aliases");
            aliases.addAll(given == null ? List.of() : given);
        }
        if (body.flag("NetworkDisabled")) {
            return new Networking(ContainerSpec.NO_NETWORK, List.of());
        }
        if (networks.size() > 1) {
            throw DockerRefusal.notSupported("more than one network for a container", "name one");
        }
        return new Networking(networks.iterator().next(), aliases);
    }
}
