package io.gantry.agent.network;

import io.gantry.agent.network.link.CableFilter;
import io.gantry.agent.network.link.LinkReconciler;
import io.gantry.agent.network.link.Sysctls;
import io.gantry.agent.network.link.TableReconciler;
import io.gantry.agent.network.name.NameServers;
import io.gantry.agent.network.plan.HostNetworkPlan;
import io.gantry.agent.network.plan.HostNetworkProgram;
import io.gantry.agent.network.plan.PublishedPort;
import io.gantry.agent.network.plan.Sender;
import io.gantry.agent.network.port.PortGuard;
import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.nftables.Nftables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Networks in this host's kernel: {@link HostNetworkProgram} says what there shall be, the reconcilers change what differs. Nothing of it
 * depends on this process: traffic flows while no agent runs, only names go unanswered.
 */
public final class LinuxHostNetwork implements HostNetwork {
    /**
     * @param node whose part of the networks this is
     * @param underlay this host's address between hosts; tunnels send from it
     * @param tunnelPort UDP port of the tunnels, the same on all hosts; 4789 is VXLAN's own
     * @param resolverConfiguration the host's {@code /etc/resolv.conf}
     * @param namespace where all this is; the agent's own unless in tests
     */
    public record Settings(NodeId node, Ipv4 underlay, int tunnelPort, Path resolverConfiguration, NetworkNamespace namespace) {
        /** As in production. */
        public static Settings of(NodeId node, Ipv4 underlay) {
            return new Settings(node, underlay, HostNetworkProgram.TUNNEL_PORT, Path.of("/etc/resolv.conf"), NetworkNamespace.current());
        }
    }

    private final Settings settings;
    private final int cableGroup;
    private final RouteNetlink netlink;
    private final Nftables nftables;
    private final LinkReconciler links;
    private final TableReconciler table;
    private final CableFilter filter;
    private final Sysctls sysctls;
    private final NameServers names;
    private final PortGuard ports;
    private volatile List<Observed.WithheldPort> withheld = List.of();
    private volatile Map<ContainerId, List<PublishedPort>> published = Map.of();
    private volatile Map<NetworkId, Desired.Network> applied = Map.of();
    private volatile Map<ContainerId, List<Attachment>> attachments = Map.of();
    private volatile Map<ContainerId, List<Ipv4>> resolvers = Map.of();
    private volatile int lastChanges;

    public LinuxHostNetwork(Settings settings) {
        this.settings = settings;
        this.cableGroup = HostNetworkProgram.cableGroup(settings.node());
        this.netlink = RouteNetlink.open(settings.namespace());
        this.nftables = Nftables.open(settings.namespace());
        this.links = new LinkReconciler(netlink, settings.node().value(), settings.underlay(), settings.tunnelPort(), cableGroup);
        this.table = new TableReconciler(nftables, "ip", HostNetworkProgram.tableName(settings.node()));
        this.filter = new CableFilter(new TableReconciler(nftables, "bridge", HostNetworkProgram.tableName(settings.node())));
        this.sysctls = new Sysctls(settings.namespace());
        this.names = new NameServers(settings.namespace(), settings.resolverConfiguration());
        this.ports = new PortGuard(settings.namespace());
    }

    @Override
    public synchronized void apply(
            Collection<Desired.Network> networks, Collection<Desired.Endpoint> endpoints, Collection<Desired.Service> services) {
        HostNetworkPlan plan = HostNetworkProgram.program(networks, endpoints, services, settings.node(), Set.of());
        int changes = filter.reconcile(plan.frames()) ? 1 : 0;
        changes += links.reconcile(plan.bridges());
        changes += sysctls.reconcile(plan.sysctls());
        // before the ports are looked at: port 53 of the gateways is ours
        names.serve(plan.zones(), byAddress(endpoints));
        Set<PublishedPort> wanted = PublishedPort.of(endpoints, services);
        Map<PublishedPort, String> taken = ports.withheld(wanted, wanted.isEmpty() ? Set.of() : PublishedPort.in(table.listing()));
        withheld = taken.entrySet().stream().map(entry -> entry.getKey().withheld(entry.getValue())).toList();
        HostNetworkPlan careful =
                taken.isEmpty() ? plan : HostNetworkProgram.program(networks, endpoints, services, settings.node(), taken.keySet());
        changes += table.reconcile(careful.ruleset()) ? 1 : 0;
        ports.hold(PublishedPort.in(careful.ruleset()));
        lastChanges = changes;
        published = publishedBy(endpoints);
        applied = byId(networks);
        attachments = attachmentsOf(applied, endpoints);
    }

    @Override
    public void resolveBy(Map<ContainerId, List<Ipv4>> servers) {
        resolvers = Map.copyOf(servers);
    }

    private Map<Ipv4, List<Ipv4>> byAddress(Collection<Desired.Endpoint> endpoints) {
        Map<ContainerId, List<Ipv4>> servers = resolvers;
        return endpoints.stream()
                .filter(endpoint -> ofContainerHere(endpoint) && servers.containsKey(endpoint.container()))
                .collect(Collectors.toUnmodifiableMap(Desired.Endpoint::address, endpoint -> servers.get(endpoint.container()), (a, b) -> b));
    }

    private static Map<NetworkId, Desired.Network> byId(Collection<Desired.Network> networks) {
        return networks.stream().collect(Collectors.toUnmodifiableMap(Desired.Network::id, Function.identity()));
    }

    private static Map<ContainerId, List<PublishedPort>> publishedBy(Collection<Desired.Endpoint> endpoints) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.container() != null && !endpoint.ports().isEmpty())
                .collect(Collectors.toUnmodifiableMap(
                        Desired.Endpoint::container, endpoint -> endpoint.ports().stream().map(PublishedPort::of).toList(), (a, b) -> b));
    }

    @Override
    public Optional<Observed.Failure> refusal(ContainerId container) {
        List<PublishedPort> wanted = published.getOrDefault(container, List.of());
        return wanted.isEmpty() ? Optional.empty() : ports.refusal(wanted, PublishedPort.in(table.listing()));
    }

    @Override
    public void letSend(Attachment cable) {
        filter.admit(new Sender(cable.hostInterface(), cable.mac(), cable.address()));
    }

    @Override
    public List<Observed.WithheldPort> withheld() {
        return withheld;
    }

    /** How many things the latest {@link #apply} changed in the kernel. */
    public int lastChanges() {
        return lastChanges;
    }

    private Map<ContainerId, List<Attachment>> attachmentsOf(
            Map<NetworkId, Desired.Network> networks, Collection<Desired.Endpoint> endpoints) {
        Map<ContainerId, List<Attachment>> found = new HashMap<>();
        endpoints.stream()
                .filter(endpoint -> ofContainerHere(endpoint) && networks.containsKey(endpoint.network()))
                .sorted(Comparator.comparing(endpoint -> networks.get(endpoint.network()).name()))
                .forEach(endpoint -> found.computeIfAbsent(endpoint.container(), _ -> new ArrayList<>())
                        .add(attachment(endpoint, networks.get(endpoint.network()))));
        return Map.copyOf(found);
    }

    private boolean ofContainerHere(Desired.Endpoint endpoint) {
        return endpoint.container() != null && endpoint.node().equals(settings.node());
    }

    @Override
    public Optional<Attachment> early(Desired.Endpoint endpoint) {
        return ofContainerHere(endpoint) && endpoint.ports().isEmpty()
                ? Optional.ofNullable(applied.get(endpoint.network())).map(network -> attachment(endpoint, network))
                : Optional.empty();
    }

    private Attachment attachment(Desired.Endpoint endpoint, Desired.Network network) {
        return new Attachment(
                endpoint.id(),
                network.name(),
                network.bridge(),
                HostNetworkProgram.cableName(endpoint.id()),
                cableGroup,
                endpoint.address(),
                network.subnet().prefix(),
                network.gateway(),
                endpoint.mac(),
                network.mtu(),
                List.of(network.gateway()),
                List.of(NameServers.searchDomain(network.name())));
    }

    @Override
    public List<Attachment> attachments(ContainerId container) {
        return attachments.getOrDefault(container, List.of());
    }

    @Override
    public synchronized void close() {
        names.close();
        ports.close();
        nftables.close();
        netlink.close();
    }

    @Override
    public synchronized void tearDown() {
        names.close();
        ports.hold(Set.of());
        table.remove();
        filter.remove();
        links.removeAll();
        applied = Map.of();
        attachments = Map.of();
    }
}
