package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.view.ContainerView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code Links} of a HostConfig and of endpoints, {@code db:store}: what a container calls another one, beside the names that it has there anyway. They
 * become lines of its hosts: an address stays its container's as long as that is there. Variables of its environment, as Docker's of old, don't come by it.
 */
public final class Links {
    /** Asked of the others by name, or by an id or the beginning of one. */
    private record Link(String container, String alias) {
        static Link parse(String text) {
            String[] parts = text.split(":", -1);
            String container = DockerNames.bare(parts[0]);
            String alias = parts.length == 1 ? container : DockerNames.bare(parts[parts.length - 1]);
            if (parts.length > 2 || container.isEmpty() || alias.isEmpty()) {
                throw new DockerRefusal(400, "bad format for links: " + text);
            }
            return new Link(container, alias);
        }
    }

    private Links() {}

    /** Whether others have to be asked for. */
    public static boolean any(JsonNode body) {
        List<JsonNode> all = new ArrayList<>(List.of(body.path("HostConfig").path("Links")));
        body.path("NetworkingConfig").path("EndpointsConfig").forEach(endpoint -> all.add(endpoint.path("Links")));
        return all.stream().anyMatch(links -> !links.isEmpty());
    }

    /**
     * @param texts as they are written
     * @param uses the networks that the container will be on
     * @param others all that there are for whoever asks
     * @throws DockerRefusal for one that isn't there, or on none of these networks
     */
    static List<HostEntry> hosts(List<String> texts, List<NetworkUse> uses, List<ContainerView> others) {
        Set<String> networks = uses.stream().map(NetworkUse::network).collect(Collectors.toSet());
        return texts.stream().map(Link::parse).distinct().map(link -> {
            ContainerView other = find(link.container(), others);
            ContainerView.Endpoint endpoint = other.endpoints().stream()
                    .filter(one -> networks.contains(one.network()))
                    .findFirst()
                    .orElseThrow(() -> new DockerRefusal(400, "Cannot link to " + link.container() + ", as it is on none of this container's networks"));
            return new HostEntry(link.alias(), endpoint.address());
        }).toList();
    }

    private static ContainerView find(String ref, List<ContainerView> others) {
        return Stream.concat(
                        others.stream().filter(one -> one.name().equals(ref)),
                        others.stream().filter(one -> ref.length() >= 12 && one.id().value().startsWith(ref)))
                .findFirst()
                .orElseThrow(() -> new DockerRefusal(400, "could not get container for " + ref + ": No such container: " + ref));
    }
}
