package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ContainerSpecBuilder;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which networks a container joins, and how: that of its mode and those of its endpoints. Endpoints take the place of the default network where no other
 * is said, as in Docker.
 *
 * @param mode what it has instead of networks; {@code null} if it is on some
 * @param links as they are written
 */
public record Networking(String mode, List<NetworkUse> networks, List<String> links) {
    /** Before, a container could be made on one. */
    private static final int SEVERAL = 44;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{12,64}");

    /** Whether a network may be meant by its id, so that ids have to be asked for. */
    public static boolean namesIds(JsonNode body) {
        List<String> names = new ArrayList<>();
        names.add(body.path("HostConfig").path("NetworkMode").asText());
        body.path("NetworkingConfig").path("EndpointsConfig").fieldNames().forEachRemaining(names::add);
        return names.stream().anyMatch(name -> ID.matcher(name).matches());
    }

    static Networking read(Fields body, Fields host, int minor, NetworkIds ids) {
        String mode = host.text("NetworkMode");
        Fields endpoints = body.in("NetworkingConfig").in("EndpointsConfig");
        if (minor < SEVERAL && endpoints.names().size() > 1) {
            throw new DockerRefusal(400, "Container cannot be connected to network endpoints: " + String.join(", ", endpoints.names()));
        }
        boolean byDefault = mode.isEmpty() || mode.equals("default");
        String first = ids.named(DockerNames.ourNetwork(mode));
        Map<String, NetworkUse> uses = new LinkedHashMap<>();
        List<String> links = new ArrayList<>(Naming.all(host, "Links"));
        if (isMade(first) && !(byDefault && !endpoints.names().isEmpty())) {
            uses.put(first, NetworkUse.of(first));
        }
        for (String key : endpoints.names()) {
            String network = ids.named(DockerNames.ourNetwork(key));
            Fields endpoint = isMade(network) ? endpoints.in(key) : null;
            NetworkUse use = endpoint == null ? null : use(network, endpoint);
            if (use == null && !network.equals(first) || use != null && !isMade(first)) {
                throw new DockerRefusal(400, "conflicting options: network '" + key + "' can't be used beside the network mode '" + mode + "'");
            }
            if (use != null) {
                uses.put(network, use);
                links.addAll(Naming.all(endpoint, "Links"));
            }
        }
        MacAddress mac = mac(body);
        if (body.flag("NetworkDisabled")) {
            return new Networking(ContainerSpec.NO_NETWORK, List.of(), links);
        }
        if (mac != null) {
            uses.put(main(first, uses), ofTheWhole(mac, uses.get(main(first, uses)), first));
        }
        return uses.isEmpty() ? new Networking(first, List.of(), links) : new Networking(null, List.copyOf(uses.values()), links);
    }

    /** That of its mode; where that is the default's, and others are said, the first of those. */
    private static String main(String first, Map<String, NetworkUse> uses) {
        return uses.isEmpty() || uses.containsKey(first) ? first : uses.keySet().iterator().next();
    }

    /** What clients before 1.44 say of the container is said of its main network. */
    private static NetworkUse ofTheWhole(MacAddress mac, NetworkUse main, String mode) {
        if (main == null) {
            throw new DockerRefusal(400, "conflicting options: mac-address and the network mode '" + mode + "'");
        }
        if (main.mac() != null && !main.mac().equals(mac)) {
            throw new DockerRefusal(400, "the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty");
        }
        return new NetworkUse(main.network(), main.aliases(), main.address(), mac);
    }

    /** @param network by our name */
    static NetworkUse use(String network, Fields endpoint) {
        List<String> aliases = endpoint.texts("Aliases");
        return new NetworkUse(network, aliases == null ? List.of() : distinct(aliases), address(endpoint.in("IPAMConfig")), mac(endpoint));
    }

    private static List<String> distinct(List<String> aliases) {
        return aliases.stream().distinct().toList();
    }

    private static Ipv4 address(Fields ipam) {
        String text = ipam.text("IPv4Address");
        try {
            return text.isEmpty() ? null : Ipv4.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid IPv4 address: " + text);
        }
    }

    private static MacAddress mac(Fields fields) {
        String text = fields.text("MacAddress");
        try {
            return text.isEmpty() ? null : MacAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid MAC address: " + text);
        }
    }

    private static boolean isMade(String network) {
        return Stream.of(ContainerSpec.NO_NETWORK, Namespaces.HOST).noneMatch(network::equals) && !network.startsWith(Namespaces.CONTAINER);
    }

    ContainerSpecBuilder onto(ContainerSpecBuilder spec) {
        return mode == null ? spec.networks(networks) : spec.network(mode);
    }
}
