package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.EndpointView;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.NetworkView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Networks in Docker's form, and back. */
public final class NetworkForms {
    static final String HOST_ID = "1".repeat(64);
    static final String NONE_ID = "0".repeat(64);
    private static final Set<String> PREDEFINED = Set.of("bridge", Namespaces.HOST, ContainerSpec.NO_NETWORK, "default");
    private static final String BRIDGE = "bridge";
    private static final String OVERLAY = "overlay";
    private static final String LOCAL = "local";
    private static final String SWARM = "swarm";

    private NetworkForms() {}

    /** The body of {@code POST /networks/create}. @throws DockerRefusal for what is wrong or not supported */
    public static NetworkRequest request(JsonNode json) {
        // every network can be joined by any container, and no two have one name
        Fields body = Fields.of(json, KnownFields.NETWORK).harmless("CheckDuplicate", "Attachable");
        body.only("Scope", body.text("Driver").equals(OVERLAY) ? SWARM : LOCAL);
        String name = body.text("Name");
        if (name.isBlank()) {
            throw new DockerRefusal(400, "network name cannot be blank");
        }
        if (PREDEFINED.contains(name)) {
            throw new DockerRefusal(403, "operation is not permitted on predefined " + name + " network");
        }
        Cidr subnet = subnet(body.in("IPAM").only("Driver", "default"));
        Map<String, String> labels = new HashMap<>(body.named("Labels"));
        switch (body.text("Driver")) {
            case "", BRIDGE -> {}
            case OVERLAY -> labels.put(DockerNames.DRIVER, OVERLAY);
            default -> throw DockerRefusal.notSupported(
                    "the network driver '" + body.text("Driver") + "'", "there are bridge and overlay, both of which span all nodes here");
        }
        // what is in it would say something
        body.in("ConfigFrom");
        body.refuseTheRest();
        return new NetworkRequest(name, subnet, labels);
    }

    private static Cidr subnet(Fields ipam) {
        List<Fields> given = ipam.list("Config");
        if (given.size() > 1) {
            throw DockerRefusal.notSupported("more than one subnet for a network", "name one, of IPv4");
        }
        String text = given.isEmpty() ? "" : given.getFirst().text("Subnet");
        try {
            return text.isEmpty() ? null : Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            throw text.contains(":")
                    ? DockerRefusal.notSupported("the subnet " + text, "networks are of IPv4")
                    : new DockerRefusal(400, "invalid subnet " + text + ": " + e.getMessage());
        }
    }

    /**
     * Whether it is one of those. Every network spans all nodes and services can be on any that was made, whatever driver it was said to have; clients ask
     * for one of a swarm before they name it.
     *
     * @param network {@code null} for those that are the node's own, or none
     */
    public static boolean within(String scope, NetworkView network) {
        return switch (scope) {
            case LOCAL -> network == null || driver(network).equals(BRIDGE);
            case SWARM -> network != null && !network.name().equals(ContainerSpec.DEFAULT_NETWORK);
            default -> false;
        };
    }

    /** As a list shows it. */
    public static ObjectNode form(NetworkView network) {
        ObjectNode json = named(DockerNames.dockerNetwork(network.name()), network.id().value(), driver(network));
        json.put("Scope", driver(network).equals(OVERLAY) ? SWARM : LOCAL);
        json.put("Created", network.createdAt() == null ? "0001-01-01T00:00:00Z" : network.createdAt().toString());
        ObjectNode config = ((ArrayNode) json.path("IPAM").path("Config")).addObject().put("Subnet", network.subnet().toString());
        if (!network.gateways().isEmpty()) {
            // each node has one of its own: that of the first
            config.put("Gateway", network.gateways().getFirst().address().toString());
        }
        ObjectNode labels = (ObjectNode) json.path("Labels");
        new TreeMap<>(network.labels()).forEach((name, value) -> {
            if (!DockerNames.internal(name)) {
                labels.put(name, value);
            }
        });
        return json;
    }

    /** With the containers that run on it, as an inspect shows it. */
    public static ObjectNode inspect(NetworkView network, List<EndpointView> endpoints, List<ContainerView> containers) {
        ObjectNode json = form(network);
        Map<ContainerId, ContainerView> byId = new HashMap<>();
        containers.forEach(one -> byId.put(one.id(), one));
        ObjectNode those = (ObjectNode) json.path("Containers");
        for (EndpointView endpoint : endpoints) {
            ContainerView container = byId.get(endpoint.container());
            if (container != null && DockerStates.running(container)) {
                those.putObject(endpoint.container().value())
                        .put("Name", container.name())
                        .put("EndpointID", endpoint.id().value())
                        .put("MacAddress", endpoint.mac().toString())
                        .put("IPv4Address", endpoint.address() + "/" + network.subnet().prefix())
                        .put("IPv6Address", "");
            }
        }
        return json;
    }

    /** What Docker has beside those that are made: the node's own network, and none. They have no addresses of their own. */
    public static List<ObjectNode> ownKinds() {
        return List.of(
                named(Namespaces.HOST, HOST_ID, Namespaces.HOST).put("Created", "0001-01-01T00:00:00Z"),
                named(ContainerSpec.NO_NETWORK, NONE_ID, "null").put("Created", "0001-01-01T00:00:00Z"));
    }

    /** Whether Docker has it from the beginning, by the name that Docker has for it. */
    public static boolean predefined(String name) {
        return PREDEFINED.contains(name);
    }

    private static String driver(NetworkView network) {
        return network.labels().getOrDefault(DockerNames.DRIVER, BRIDGE);
    }

    private static ObjectNode named(String name, String id, String driver) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Name", name).put("Id", id).put("Scope", "local").put("Driver", driver).put("EnableIPv6", false).put("Internal", false);
        json.put("Attachable", true).put("Ingress", false).put("ConfigOnly", false).putObject("ConfigFrom").put("Network", "");
        json.putObject("IPAM").put("Driver", "default").putNull("Options").putArray("Config");
        List.of("Containers", "Options", "Labels").forEach(json::putObject);
        return json;
    }
}
