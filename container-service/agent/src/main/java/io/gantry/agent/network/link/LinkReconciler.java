package io.gantry.agent.network.link;

import io.gantry.agent.network.plan.HostNetworkPlan;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.route.Forwarding;
import io.gantry.kernel.netlink.route.Link;
import io.gantry.kernel.netlink.route.LinkAddress;
import io.gantry.kernel.netlink.route.Neighbour;
import io.gantry.kernel.netlink.route.Route;
import io.gantry.kernel.netlink.route.RouteNetlink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Compares the plan's bridges with the kernel's and changes what differs. What is ours is known by the alias on each link; links of
 * others are never touched.
 */
public final class LinkReconciler {
    /** On routes to virtual IPs; free for daemons by RTPROT_STATIC and the like. */
    private static final int PROTOCOL = 186;

    /** The tunnel's port never learns and never asks: all it needs to know is programmed. */
    private static final Link.BridgePort TUNNEL_PORT = new Link.BridgePort(false, true);

    private final RouteNetlink netlink;
    private final String alias;
    private final Ipv4 underlay;
    private final int tunnelPort;
    private final int cableGroup;
    private int changes;

    /**
     * @param owner marks what is ours
     * @param underlay tunnels send from this address
     * @param tunnelPort UDP, the same on all hosts
     * @param cableGroup of the links that lead to containers
     */
    public LinkReconciler(RouteNetlink netlink, String owner, Ipv4 underlay, int tunnelPort, int cableGroup) {
        this.netlink = netlink;
        this.alias = "gantry " + owner;
        this.underlay = underlay;
        this.tunnelPort = tunnelPort;
        this.cableGroup = cableGroup;
    }

    /** @return how many things were changed in the kernel */
    public int reconcile(List<HostNetworkPlan.Bridge> bridges) {
        changes = 0;
        Map<String, Link> links = byName();
        removeUnwanted(bridges, links);
        for (HostNetworkPlan.Bridge bridge : bridges) {
            Link made = ensureBridge(bridge, Optional.ofNullable(links.get(bridge.name())));
            Link tunnel = ensureTunnel(bridge, made.index(), Optional.ofNullable(links.get(bridge.tunnel())));
            ensureCables(bridge, made.index(), links);
            links.put(made.name(), made);
            links.put(tunnel.name(), tunnel);
        }
        reconcileAddresses(bridges, links);
        reconcileNeighbours(bridges, links);
        reconcileForwarding(bridges, links);
        reconcileRoutes(bridges, links);
        return changes;
    }

    /** Bridges and tunnels of ours, and whatever hangs on our bridges. */
    public void removeAll() {
        removeUnwanted(List.of(), byName());
    }

    private void removeUnwanted(List<HostNetworkPlan.Bridge> bridges, Map<String, Link> links) {
        Set<String> wanted = new HashSet<>();
        bridges.forEach(bridge -> wanted.addAll(List.of(bridge.name(), bridge.tunnel())));
        Set<Integer> unwanted =
                links.values().stream()
                        .filter(link -> link.alias().equals(alias) && !wanted.contains(link.name()))
                        .map(Link::index)
                        .collect(Collectors.toSet());
        for (Link link : List.copyOf(links.values())) {
            boolean veth = link.kind().equals("veth") && unwanted.contains(link.master());
            if (veth || unwanted.contains(link.index())) {
                links.remove(link.name());
                changes += netlink.delete(link.name()) ? 1 : 0;
            }
        }
    }

    private Link ensureBridge(HostNetworkPlan.Bridge plan, Optional<Link> existing) {
        if (existing.isEmpty()) {
            change(() -> netlink.createBridge(plan.name(), plan.mac(), plan.mtu()));
        }
        Link link = existing.orElseGet(() -> netlink.link(plan.name()).orElseThrow());
        if (!link.mac().equals(Optional.of(plan.mac()))) {
            change(() -> netlink.setMac(link.index(), plan.mac()));
        }
        ensureCommon(link, plan.mtu());
        return link;
    }

    private Link ensureTunnel(HostNetworkPlan.Bridge plan, int bridge, Optional<Link> existing) {
        var wanted = new Link.Vxlan(plan.vni(), underlay, tunnelPort, false);
        Optional<Link> right = existing.filter(link -> link.vxlan().equals(Optional.of(wanted)));
        if (existing.isPresent() && right.isEmpty()) {
            change(() -> netlink.delete(existing.get().index()));
        }
        if (right.isEmpty()) {
            change(() -> netlink.createVxlan(plan.tunnel(), plan.mtu(), wanted));
        }
        Link link = right.orElseGet(() -> netlink.link(plan.tunnel()).orElseThrow());
        if (link.master() != bridge) {
            change(() -> netlink.setMaster(link.index(), bridge));
        }
        if (link.master() != bridge || !link.port().equals(Optional.of(TUNNEL_PORT))) {
            change(() -> netlink.setPort(link.index(), TUNNEL_PORT));
        }
        ensureCommon(link, plan.mtu());
        return link;
    }

    /** A bridge that was made anew has none of its containers: their cables are plugged in again. */
    private void ensureCables(HostNetworkPlan.Bridge plan, int bridge, Map<String, Link> links) {
        for (String name : plan.cables()) {
            Link cable = links.get(name);
            if (cable == null || !cable.kind().equals("veth")) {
                continue;
            }
            // the group first: nothing passes from a cable that no rule knows
            if (cable.group() != cableGroup) {
                change(() -> netlink.setGroup(cable.index(), cableGroup));
            }
            if (cable.master() != bridge) {
                change(() -> netlink.setMaster(cable.index(), bridge));
            }
            if (!cable.up()) {
                change(() -> netlink.setUp(cable.index()));
            }
        }
    }

    private void ensureCommon(Link link, int mtu) {
        if (link.mtu() != mtu) {
            change(() -> netlink.setMtu(link.index(), mtu));
        }
        if (!link.alias().equals(alias)) {
            change(() -> netlink.setAlias(link.index(), alias));
        }
        if (!link.up()) {
            change(() -> netlink.setUp(link.index()));
        }
    }

    private void reconcileAddresses(List<HostNetworkPlan.Bridge> bridges, Map<String, Link> links) {
        Set<LinkAddress> wanted = new LinkedHashSet<>();
        bridges.forEach(plan -> wanted.add(new LinkAddress(index(links, plan.name()), plan.gateway(), plan.prefix())));
        Set<Integer> ours = indexes(bridges, links);
        Set<LinkAddress> actual =
                netlink.addresses().stream().filter(address -> ours.contains(address.link())).collect(Collectors.toSet());
        difference(wanted, actual, netlink::addAddress, netlink::deleteAddress);
    }

    private void reconcileNeighbours(List<HostNetworkPlan.Bridge> bridges, Map<String, Link> links) {
        Set<Neighbour> wanted = new LinkedHashSet<>();
        for (HostNetworkPlan.Bridge plan : bridges) {
            int index = index(links, plan.name());
            plan.remotes().forEach(remote -> wanted.add(new Neighbour(index, remote.address(), remote.mac())));
        }
        Set<Integer> ours = indexes(bridges, links);
        Set<Neighbour> actual =
                netlink.neighbours().stream().filter(entry -> ours.contains(entry.link())).collect(Collectors.toSet());
        difference(wanted, actual, netlink::replaceNeighbour, entry -> {
            // the same address may be wanted with another MAC: then the entry was replaced
            if (wanted.stream().noneMatch(w -> w.link() == entry.link() && w.address().equals(entry.address()))) {
                netlink.deleteNeighbour(entry);
            }
        });
    }

    private void reconcileForwarding(List<HostNetworkPlan.Bridge> bridges, Map<String, Link> links) {
        Set<Forwarding> wanted = new LinkedHashSet<>();
        for (HostNetworkPlan.Bridge plan : bridges) {
            int index = index(links, plan.tunnel());
            for (HostNetworkPlan.Remote remote : plan.remotes()) {
                wanted.add(new Forwarding.Tunnel(index, remote.mac(), remote.host()));
                wanted.add(new Forwarding.Port(index, remote.mac()));
            }
        }
        Set<Integer> tunnels = bridges.stream().map(plan -> index(links, plan.tunnel())).collect(Collectors.toSet());
        Set<Forwarding> actual =
                netlink.forwarding().stream().filter(entry -> tunnels.contains(entry.link())).collect(Collectors.toSet());
        difference(wanted, actual, netlink::replaceForwarding, entry -> {
            if (wanted.stream().noneMatch(w -> sameSlot(w, entry))) {
                netlink.deleteForwarding(entry);
            }
        });
    }

    private static boolean sameSlot(Forwarding one, Forwarding other) {
        return one.getClass() == other.getClass() && one.link() == other.link() && one.mac().equals(other.mac());
    }

    private void reconcileRoutes(List<HostNetworkPlan.Bridge> bridges, Map<String, Link> links) {
        Set<Route> wanted = new LinkedHashSet<>();
        for (HostNetworkPlan.Bridge plan : bridges) {
            int index = index(links, plan.name());
            plan.virtualAddresses()
                    .forEach(address -> wanted.add(new Route(new Cidr(address, 32), index, Optional.empty(), PROTOCOL)));
        }
        Set<Integer> ours = indexes(bridges, links);
        Set<Route> actual =
                netlink.routes().stream()
                        .filter(route -> route.protocol() == PROTOCOL && ours.contains(route.link()))
                        .collect(Collectors.toSet());
        difference(wanted, actual, netlink::replaceRoute, netlink::deleteRoute);
    }

    private <T> void difference(Set<T> wanted, Set<T> actual, Consumer<T> add, Consumer<T> remove) {
        for (T one : wanted) {
            if (!actual.contains(one)) {
                change(() -> add.accept(one));
            }
        }
        for (T one : actual) {
            if (!wanted.contains(one)) {
                change(() -> remove.accept(one));
            }
        }
    }

    private void change(Runnable change) {
        change.run();
        changes++;
    }

    private static Set<Integer> indexes(List<HostNetworkPlan.Bridge> bridges, Map<String, Link> links) {
        return bridges.stream().map(plan -> index(links, plan.name())).collect(Collectors.toSet());
    }

    private static int index(Map<String, Link> links, String name) {
        return links.get(name).index();
    }

    private Map<String, Link> byName() {
        return netlink.links().stream().collect(Collectors.toMap(Link::name, link -> link, (a, b) -> b, HashMap::new));
    }
}
