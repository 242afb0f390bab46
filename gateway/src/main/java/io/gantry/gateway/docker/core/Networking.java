package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which network a container joins, and under which further names. */
record Networking(String network, List<String> aliases) {
    static Networking read(JsonNode body) {
        String mode = body.path("HostConfig").path("NetworkMode").asText("");
        if (body.path("NetworkDisabled").asBoolean()) {
            return new Networking("none", List.of());
        }
        if (mode.equals("host") || mode.startsWith("container:")) {
            throw DockerRefusal.notSupported("HostConfig.NetworkMode '" + mode + "'");
        }
        Set<String> networks = new LinkedHashSet<>();
        networks.add(DockerNames.ourNetwork(mode));
        List<String> aliases = new ArrayList<>();
        for (var endpoint : body.path("NetworkingConfig").path("EndpointsConfig").properties()) {
            networks.add(DockerNames.ourNetwork(endpoint.getKey()));
            endpoint.getValue().path("Aliases").forEach(alias -> aliases.add(alias.asText()));
            if (!endpoint.getValue().path("IPAMConfig").path("IPv4Address").asText("").isEmpty()) {
                throw DockerRefusal.notSupported("a chosen address (IPAMConfig.IPv4Address)");
            }
        }
        if (networks.size() > 1) {
            throw DockerRefusal.notSupported("more than one network for a container");
        }
        return new Networking(networks.iterator().next(), aliases);
    }
}
