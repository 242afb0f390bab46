package io.gantry.agent.network.plan;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Ipv4;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From desired records to the plan of one host. The same records give the same plan, whatever their order; endpoints and services
 * of a network that isn't there (yet) are left out.
 */
public final class HostNetworkProgram {
    /** UDP port of the tunnels between hosts: VXLAN's own. */
    public static final int TUNNEL_PORT = 4789;

    /** Stands for this host on each of its networks. */
    static final String HOST_NAME = "host.gantry.internal";

    private static final int TUNNEL_HEX = 11;
    private static final int CABLE_HEX = 12;

    private HostNetworkProgram() {}

    /** @param withheld published ports that a program of this host listens on */
    public static HostNetworkPlan program(
            Collection<Desired.Network> networks,
            Collection<Desired.Endpoint> endpoints,
            Collection<Desired.Service> services,
            NodeId self,
            Set<PublishedPort> withheld) {
        Map<NetworkId, Desired.Network> known =
                networks.stream()
                        .sorted(Comparator.comparing(Desired.Network::id))
                        .collect(Collectors.toMap(Desired.Network::id, Function.identity(), (a, b) -> b, LinkedHashMap::new));
        List<Desired.Endpoint> ends =
                endpoints.stream()
                        .filter(endpoint -> known.containsKey(endpoint.network()))
                        .sorted(Comparator.comparing(Desired.Endpoint::address).thenComparing(Desired.Endpoint::id))
                        .toList();
        List<Desired.Service> virtuals =
                services.stream()
                        .filter(service -> known.containsKey(service.network()))
                        .sorted(Comparator.comparing(Desired.Service::id).thenComparing(Desired.Service::network))
                        .toList();
        String table = tableName(self);
        return new HostNetworkPlan(
                known.values().stream().map(network -> bridge(network, ends, virtuals, self)).toList(),
                sysctls(known.values()),
                table,
                Ruleset.of(table, known, ends, virtuals, self, withheld),
                known.isEmpty() ? Optional.empty() : Optional.of(new FrameRules(table, cableGroup(self), senders(ends, self))),
                zones(known.values(), ends, virtuals, self));
    }

    /** {@code gantry_<12 hex digits>}: the random end of the node's id. */
    public static String tableName(NodeId node) {
        String digits = node.value().replace("-", "");
        return "gantry_" + digits.substring(digits.length() - 12);
    }

    /** At most 13 characters. */
    public static String tunnelName(NetworkId network) {
        return "gx" + network.value().substring(0, TUNNEL_HEX);
    }

    /** The host end of an endpoint's veth pair: {@code g} and 12 hex digits. */
    public static String cableName(EndpointId endpoint) {
        return "g" + endpoint.value().substring(0, CABLE_HEX);
    }

    /** Of the links of one agent's cables: 31 bits of the random end of its node's id, so that agents of one host have groups of their own. */
    public static int cableGroup(NodeId node) {
        String id = node.value();
        return Math.max(1, Integer.parseUnsignedInt(id.substring(id.length() - 8), 16) & Integer.MAX_VALUE);
    }

    private static Stream<Desired.Endpoint> here(List<Desired.Endpoint> endpoints, NodeId self) {
        return endpoints.stream().filter(end -> end.node().equals(self) && end.container() != null);
    }

    private static List<Sender> senders(List<Desired.Endpoint> endpoints, NodeId self) {
        return here(endpoints, self).map(end -> new Sender(cableName(end.id()), end.mac(), end.address())).toList();
    }

    private static HostNetworkPlan.Bridge bridge(
            Desired.Network network, List<Desired.Endpoint> endpoints, List<Desired.Service> services, NodeId self) {
        Set<HostNetworkPlan.Remote> remotes =
                endpoints.stream()
                        .filter(end -> end.network().equals(network.id()) && !end.node().equals(self) && end.nodeAddress() != null)
                        .map(end -> new HostNetworkPlan.Remote(end.address(), end.mac(), end.nodeAddress()))
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<Ipv4> virtuals =
                services.stream()
                        .filter(service -> service.network().equals(network.id()))
                        .map(Desired.Service::address)
                        .collect(Collectors.toCollection(TreeSet::new));
        return new HostNetworkPlan.Bridge(
                network.id(),
                network.bridge(),
                tunnelName(network.id()),
                network.vni(),
                network.mtu(),
                network.gateway(),
                network.subnet().prefix(),
                network.gatewayMac(),
                here(endpoints, self)
                        .filter(end -> end.network().equals(network.id()))
                        .map(end -> cableName(end.id()))
                        .collect(Collectors.toCollection(TreeSet::new)),
                remotes,
                virtuals);
    }

    /**
     * {@code route_localnet} lets 127.0.0.1 reach a published port; what it would open besides is dropped by the ruleset.
     * {@code bridge-nf-call-iptables} would send bridged frames through the host's IP rules, where answers to a balanced connection
     * within one bridge get lost.
     */
    private static Map<String, String> sysctls(Collection<Desired.Network> networks) {
        Map<String, String> values = new LinkedHashMap<>();
        if (networks.isEmpty()) {
            return values;
        }
        values.put("net/ipv4/ip_forward", "1");
        values.put("net/bridge/bridge-nf-call-iptables", "0");
        for (Desired.Network network : networks) {
            values.put("net/ipv4/conf/" + network.bridge() + "/route_localnet", "1");
            values.put("net/ipv4/conf/" + network.bridge() + "/send_redirects", "0");
            values.put("net/ipv6/conf/" + network.bridge() + "/disable_ipv6", "1");
        }
        return values;
    }

    private static List<HostNetworkPlan.Zone> zones(
            Collection<Desired.Network> networks, List<Desired.Endpoint> endpoints, List<Desired.Service> services, NodeId self) {
        Map<NetworkId, HostNetworkPlan.Zone> alone = new LinkedHashMap<>();
        networks.stream()
                .sorted(Comparator.comparing(Desired.Network::name))
                .forEach(network -> alone.put(network.id(), zone(network, endpoints, services)));
        Map<ContainerId, List<Desired.Endpoint>> byContainer = here(endpoints, self).collect(Collectors.groupingBy(Desired.Endpoint::container));
        return networks.stream().map(network -> withOthers(network, alone, byContainer.values())).toList();
    }

    private static HostNetworkPlan.Zone withOthers(
            Desired.Network network, Map<NetworkId, HostNetworkPlan.Zone> alone, Collection<List<Desired.Endpoint>> containers) {
        Map<Ipv4, List<HostNetworkPlan.Zone>> beside = new TreeMap<>();
        for (List<Desired.Endpoint> ofOne : containers) {
            Set<NetworkId> on = ofOne.stream().map(Desired.Endpoint::network).collect(Collectors.toSet());
            if (on.size() > 1) {
                ofOne.stream()
                        .filter(end -> end.network().equals(network.id()))
                        .forEach(end -> beside.put(
                                end.address(),
                                alone.entrySet().stream().filter(one -> on.contains(one.getKey()) && !one.getKey().equals(network.id())).map(Map.Entry::getValue).toList()));
            }
        }
        HostNetworkPlan.Zone own = alone.get(network.id());
        return new HostNetworkPlan.Zone(own.network(), own.listen(), own.subnet(), own.names(), Map.copyOf(beside));
    }

    private static HostNetworkPlan.Zone zone(
            Desired.Network network, List<Desired.Endpoint> endpoints, List<Desired.Service> services) {
        Map<String, Set<Ipv4>> names = new TreeMap<>();
        for (Desired.Endpoint endpoint : endpoints) {
            if (endpoint.network().equals(network.id()) && endpoint.ready()) {
                endpoint.names().forEach(name -> names.computeIfAbsent(name, _ -> new TreeSet<>()).add(endpoint.address()));
            }
        }
        for (Desired.Service service : services) {
            if (service.network().equals(network.id())) {
                service.names().forEach(name -> names.computeIfAbsent(name, _ -> new TreeSet<>()).add(service.address()));
            }
        }
        names.put(HOST_NAME, Set.of(network.gateway()));
        return new HostNetworkPlan.Zone(network.name(), network.gateway(), network.subnet(), names);
    }
}
