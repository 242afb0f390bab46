package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.view.ContainerView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A container's network and ports as {@code docker ps} and {@code docker inspect} read them. */
final class ContainerNetworks {
    private static final int NAMES_APART = 44;
    private static final int NO_OWN_ALIASES = 45;

    private ContainerNetworks() {}

    /** The lowest version of the API that is answered as this one is. */
    static int likeVersion(int minor) {
        return minor >= NO_OWN_ALIASES ? NO_OWN_ALIASES : minor >= NAMES_APART ? NAMES_APART : 0;
    }

    /** {@code NetworkSettings} of an inspect: what is said of the default network is said at the top, too. */
    static ObjectNode settings(ContainerView c, int minor) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Bridge", "").put("SandboxID", "").put("SandboxKey", "").put("HairpinMode", false);
        json.put("LinkLocalIPv6Address", "").put("LinkLocalIPv6PrefixLen", 0).putNull("SecondaryIPAddresses").putNull("SecondaryIPv6Addresses");
        json.set("Ports", portMap(c));
        address(json, endpoint(c, ContainerSpec.DEFAULT_NETWORK));
        json.set("Networks", networks(c, minor));
        return json;
    }

    /** By the network's name. */
    static ObjectNode networks(ContainerView c, int minor) {
        ObjectNode networks = Json.mapper().createObjectNode();
        if (c.spec().sharesNetwork()) {
            return networks;
        }
        if (!c.spec().connectable()) {
            network(networks, c, c.spec().network(), minor).putNull("IPAMConfig");
        }
        for (NetworkUse use : c.spec().networks()) {
            ObjectNode json = network(networks, c, use.network(), minor);
            if (use.address() == null) {
                json.putNull("IPAMConfig");
            } else {
                json.putObject("IPAMConfig").put("IPv4Address", use.address().toString());
            }
        }
        return networks;
    }

    private static ObjectNode network(ObjectNode networks, ContainerView c, String name, int minor) {
        ObjectNode json = networks.putObject(DockerNames.dockerNetwork(name));
        List<String> aliases = c.spec().on(name).map(NetworkUse::aliases).orElse(List.of());
        json.putNull("Links").set("Aliases", ContainerForms.array(aliases(c, name, aliases, minor)));
        address(json.put("NetworkID", id(c, name)), endpoint(c, name));
        json.putNull("DriverOpts");
        if (minor >= NAMES_APART) {
            List<String> names = new ArrayList<>(List.of(c.name(), c.id().shortForm()));
            names.addAll(aliases);
            json.set("DNSNames", ContainerForms.array(names));
        }
        return json;
    }

    /** Of a network of our name that it is on; empty if it isn't there yet. */
    static String id(ContainerView c, String network) {
        ContainerView.Endpoint endpoint = endpoint(c, network);
        return switch (network) {
            case Namespaces.HOST -> NetworkForms.HOST_ID;
            case ContainerSpec.NO_NETWORK -> NetworkForms.NONE_ID;
            default -> endpoint == null || endpoint.networkId() == null ? "" : endpoint.networkId().value();
        };
    }

    /** On the network of our name; {@code null} if there is none. */
    private static ContainerView.Endpoint endpoint(ContainerView c, String network) {
        return c.endpoints().stream().filter(one -> one.network().equals(network) && c.spec().on(network).isPresent()).findFirst().orElse(null);
    }

    /** Clients before 1.45 look for a container's short id among its aliases, on networks that a person has made. */
    private static List<String> aliases(ContainerView c, String network, List<String> given, int minor) {
        Set<String> all = new LinkedHashSet<>(given);
        if (minor < NO_OWN_ALIASES && c.spec().on(network).isPresent() && !network.equals(ContainerSpec.DEFAULT_NETWORK)) {
            all.add(c.id().shortForm());
            all.add(c.spec().hostname() == null ? c.id().shortForm() : c.spec().hostname());
        }
        return List.copyOf(all);
    }

    /** @param endpoint {@code null} if there is none */
    private static void address(ObjectNode json, ContainerView.Endpoint endpoint) {
        json.put("EndpointID", endpoint == null || endpoint.id() == null ? "" : endpoint.id().value());
        json.put("Gateway", endpoint == null ? "" : String.valueOf(endpoint.gateway()));
        json.put("IPAddress", endpoint == null ? "" : endpoint.address().toString()).put("IPPrefixLen", endpoint == null ? 0 : endpoint.prefix());
        json.put("IPv6Gateway", "").put("GlobalIPv6Address", "").put("GlobalIPv6PrefixLen", 0);
        json.put("MacAddress", endpoint == null ? "" : String.valueOf(endpoint.mac()));
    }

    /** What is exposed only is {@code null}; published ports tell where. */
    private static ObjectNode portMap(ContainerView c) {
        ObjectNode ports = Json.mapper().createObjectNode();
        exposedByImage(c).forEach(ports::putNull);
        for (PortPublish port : published(c)) {
            if (!ports.path(Ports.key(port)).isArray()) {
                ports.putArray(Ports.key(port));
            }
            ((ArrayNode) ports.get(Ports.key(port))).add(binding(port));
        }
        return ports;
    }

    /** As {@code docker ps} lists them. */
    static ArrayNode portList(ContainerView c) {
        ArrayNode ports = Json.mapper().createArrayNode();
        List<PortPublish> published = published(c);
        for (PortPublish port : published) {
            ports.addObject()
                    .put("IP", port.hostAddress() == null ? "0.0.0.0" : port.hostAddress().toString())
                    .put("PrivatePort", port.containerPort())
                    .put("PublicPort", port.hostPort())
                    .put("Type", port.protocol().name().toLowerCase(Locale.ROOT));
        }
        for (String exposed : exposedByImage(c)) {
            if (published.stream().noneMatch(port -> Ports.key(port).equals(exposed))) {
                String[] parts = exposed.split("/", 2);
                ports.addObject().put("PrivatePort", Integer.parseInt(parts[0])).put("Type", parts.length == 2 ? parts[1] : "tcp");
            }
        }
        return ports;
    }

    /** With the chosen host ports; none while it doesn't run, as in Docker. */
    private static List<PortPublish> published(ContainerView c) {
        return c.endpoint() == null || !DockerStates.running(c) ? List.of() : c.endpoint().ports();
    }

    static List<String> exposedByImage(ContainerView c) {
        return c.imageConfig() == null ? List.of() : c.imageConfig().exposedPorts();
    }

    static ObjectNode binding(PortPublish port) {
        return Json.mapper()
                .createObjectNode()
                .put("HostIp", port.hostAddress() == null ? "0.0.0.0" : port.hostAddress().toString())
                .put("HostPort", port.hostPort() == 0 ? "" : port.ranges() ? port.hostPort() + "-" + port.lastHostPort() : Integer.toString(port.hostPort()));
    }
}
