package io.gantry.agent.network.plan;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The text of this host's own nftables table.
 *
 * <ul>
 *   <li>A published port and a virtual IP are destination NAT, in {@code prerouting} for what arrives and in {@code output} for what the
 *       host itself sends, 127.0.0.1 included. Who has no ready backend has no rule.
 *   <li>The sender's address is kept unless the answer would miss us: the sender is in the backend's own network, is 127.0.0.1, or the
 *       backend is on another host. Then it is the gateway's.
 *   <li>Into a network comes only what answers, or what such a rule has sent there. Between networks nothing passes.
 *   <li>A port that a program of this host listens on is left to it.
 *   <li>What a person's own tables drop stays dropped: an accept in this table is no accept in theirs.
 * </ul>
 */
final class Ruleset {
    private final Map<NetworkId, Desired.Network> networks;
    private final List<Desired.Endpoint> endpoints;
    private final List<Desired.Service> services;
    private final NodeId self;
    private final Set<PublishedPort> withheld;
    private final StringBuilder text = new StringBuilder();

    private Ruleset(
            Map<NetworkId, Desired.Network> networks,
            List<Desired.Endpoint> endpoints,
            List<Desired.Service> services,
            NodeId self,
            Set<PublishedPort> withheld) {
        this.networks = networks;
        this.endpoints = endpoints;
        this.services = services;
        this.self = self;
        this.withheld = withheld;
    }

    /** All lists are sorted already. Empty text without networks: then there is no table. */
    static String of(
            String table,
            Map<NetworkId, Desired.Network> networks,
            List<Desired.Endpoint> endpoints,
            List<Desired.Service> services,
            NodeId self,
            Set<PublishedPort> withheld) {
        return networks.isEmpty() ? "" : new Ruleset(networks, endpoints, services, self, withheld).write(table);
    }

    private String write(String table) {
        line(0, "table ip " + table + " {");
        set("bridges", "ifname", networks.values().stream().map(network -> quoted(network.bridge())).toList());
        set("virtual", "ipv4_addr", services.stream().map(Desired.Service::address).sorted().distinct().map(Ipv4::toString).toList());
        set("here", "ipv4_addr", here());
        chain("guard", "filter", "prerouting", "raw", guard());
        chain("arriving", "nat", "prerouting", "dstnat", translations(true));
        chain("sending", "nat", "output", "-100", translations(false));
        chain("leaving", "nat", "postrouting", "srcnat", masquerades());
        chain("passing", "filter", "forward", "filter", passing());
        line(0, "}");
        return text.toString();
    }

    private List<String> here() {
        return endpoints.stream()
                .filter(endpoint -> endpoint.node().equals(self) && endpoint.container() != null)
                .map(endpoint -> endpoint.address().toString())
                .distinct()
                .toList();
    }

    /**
     * With route_localnet a container could otherwise reach what listens on the host's 127.0.0.1. And a tunnel takes a frame from whoever
     * sends it one: a container that speaks to a host's tunnel would be in every network.
     */
    private static List<String> guard() {
        return List.of(
                "iifname @bridges ip daddr 127.0.0.0/8 drop",
                "iifname @bridges ip saddr 127.0.0.0/8 drop",
                "iifname @bridges udp dport " + HostNetworkProgram.TUNNEL_PORT + " drop");
    }

    private List<String> translations(boolean arriving) {
        List<String> rules = new ArrayList<>();
        for (Desired.Service service : services) {
            if (service.backends().isEmpty()) {
                continue;
            }
            String from = arriving ? "iifname " + quoted(networks.get(service.network()).bridge()) + " " : "";
            rules.add(from + "ip daddr " + service.address() + " dnat to " + balance(service.backends(), null));
            published(service.ports())
                    .forEach(port -> rules.add(dnat(port) + balance(service.backends(), port.containerPort())));
        }
        for (Desired.Endpoint endpoint : endpoints) {
            if (endpoint.ready()) {
                published(endpoint.ports())
                        .forEach(port -> rules.add(dnat(port) + endpoint.address() + ":" + port.containerPort()));
            }
        }
        return rules;
    }

    private Stream<PortPublish> published(List<PortPublish> ports) {
        return ports.stream().filter(port -> !withheld.contains(PublishedPort.of(port)));
    }

    private static String dnat(PortPublish port) {
        return PublishedPort.of(port).match() + " dnat to ";
    }

    /** One after the other. {@code port} {@code null} keeps the packet's own. */
    private static String balance(Collection<Ipv4> backends, Integer port) {
        List<Ipv4> sorted = backends.stream().sorted().toList();
        String suffix = port == null ? "" : " . " + port;
        if (sorted.size() == 1) {
            return sorted.getFirst() + (port == null ? "" : ":" + port);
        }
        return "numgen inc mod "
                + sorted.size()
                + " map { "
                + IntStream.range(0, sorted.size())
                        .mapToObj(i -> i + " : " + sorted.get(i) + suffix)
                        .collect(Collectors.joining(", "))
                + " }";
    }

    private List<String> masquerades() {
        List<String> rules = new ArrayList<>();
        for (Desired.Network network : networks.values()) {
            String bridge = quoted(network.bridge());
            rules.add("oifname " + bridge + " ct status dnat ip saddr " + network.subnet() + " masquerade");
            rules.add("oifname " + bridge + " ct status dnat ip daddr != @here masquerade");
            rules.add("oifname " + bridge + " ip saddr 127.0.0.0/8 masquerade");
            rules.add("oifname != @bridges ip saddr " + network.subnet() + " masquerade");
        }
        return rules;
    }

    private List<String> passing() {
        List<String> rules = new ArrayList<>();
        rules.add("ip daddr @virtual meta l4proto tcp reject with tcp reset");
        rules.add("ip daddr @virtual reject with icmp port-unreachable");
        rules.add("oifname != @bridges accept");
        rules.add("ct state established,related accept");
        rules.add("ct status dnat accept");
        networks.values().stream()
                .map(network -> quoted(network.bridge()))
                .forEach(bridge -> rules.add("iifname " + bridge + " oifname " + bridge + " accept"));
        rules.add("drop");
        return rules;
    }

    private void set(String name, String type, List<String> elements) {
        line(1, "set " + name + " {");
        line(2, "type " + type);
        if (!elements.isEmpty()) {
            line(2, "elements = { " + String.join(", ", elements) + " }");
        }
        line(1, "}");
    }

    private void chain(String name, String type, String hook, String priority, List<String> rules) {
        line(1, "chain " + name + " {");
        line(2, "type " + type + " hook " + hook + " priority " + priority + "; policy accept;");
        rules.forEach(rule -> line(2, rule));
        line(1, "}");
    }

    private void line(int depth, String content) {
        text.append("\t".repeat(depth)).append(content).append('\n');
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }
}
