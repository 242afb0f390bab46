package io.gantry.kernel.netlink.route;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.netlink.socket.NetlinkSocket;
import io.gantry.kernel.netlink.socket.NetlinkSocket.Request;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.syscall.Errno;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The verbs of rtnetlink in one network namespace. Every call is answered by the kernel before it returns; a refusal is a
 * {@link NetlinkFailure} that names the operation and the error. Links are meant by index; names are for people. Safe for several
 * threads.
 */
public final class RouteNetlink implements AutoCloseable {
    private final NetlinkSocket socket;

    private RouteNetlink(NetlinkSocket socket) {
        this.socket = socket;
    }

    public static RouteNetlink open(NetworkNamespace namespace) {
        return new RouteNetlink(NetlinkSocket.open(namespace, NetlinkSocket.Protocol.ROUTE));
    }

    public void createBridge(String name, MacAddress mac, int mtu) {
        socket.request("create bridge " + name, LinkMessages.createBridge(name, mac, mtu));
    }

    public void createVxlan(String name, int mtu, Link.Vxlan vxlan) {
        socket.request("create vxlan " + name + " id " + vxlan.id(), LinkMessages.createVxlan(name, mtu, vxlan));
    }

    /**
     * A pair of links, both down, one end here and one in another namespace.
     *
     * @param master index of the bridge that {@code hostName} becomes a port of; 0 for none
     * @param group that {@code hostName} is in from its first moment; 0 for none
     * @param peerNamespaceFd an open network namespace, where {@code peerName} appears
     */
    public void createVeth(String hostName, int master, int group, String peerName, int peerNamespaceFd, MacAddress peerMac, int mtu) {
        socket.request(
                "create veth " + hostName + " to " + peerName,
                LinkMessages.createVeth(hostName, master, group, peerName, peerNamespaceFd, peerMac, mtu));
    }

    /** A pair of links, both down, with addresses of the kernel's choice: {@code hostName} here, {@code peerName} in another namespace. */
    public void createVeth(String hostName, String peerName, int peerNamespaceFd) {
        socket.request("create veth " + hostName + " to " + peerName, LinkMessages.createVeth(hostName, peerName, peerNamespaceFd));
    }

    /** All at once: a new name, the port of a bridge, a group and up. The link must be down. */
    public void plug(int link, String name, int master, int group, int mtu) {
        socket.request("plug link " + link + " in as " + name, LinkMessages.plug(link, name, master, group, mtu));
    }

    /** Up, with these addresses, the way out by {@code gateway}. The link must be down. */
    public void join(int link, MacAddress mac, int mtu, LinkAddress address, Ipv4 gateway) {
        Route out = new Route(Route.DEFAULT, link, Optional.of(gateway), Route.BY_HAND);
        socket.requests(
                new Request("raise link " + link + " as " + mac, LinkMessages.raise(link, mac, mtu)),
                new Request("add " + address, AddressMessages.addAddress(address)),
                new Request("add " + out, AddressMessages.addRoute(out)));
    }

    public void setUp(int link) {
        socket.request("set link " + link + " up", LinkMessages.setUp(link, true));
    }

    public void setDown(int link) {
        socket.request("set link " + link + " down", LinkMessages.setUp(link, false));
    }

    /** {@code master} is the index of a bridge; 0 takes it out of the one it is in. */
    public void setMaster(int link, int master) {
        socket.request("set link " + link + " master " + master, LinkMessages.setMaster(link, master));
    }

    public void setGroup(int link, int group) {
        socket.request("set link " + link + " group " + Integer.toUnsignedString(group), LinkMessages.setGroup(link, group));
    }

    public void setMac(int link, MacAddress mac) {
        socket.request("set link " + link + " address " + mac, LinkMessages.setMac(link, mac));
    }

    public void setMtu(int link, int mtu) {
        socket.request("set link " + link + " mtu " + mtu, LinkMessages.setMtu(link, mtu));
    }

    /** Free text on a link, at most 255 bytes: here, whose it is. */
    public void setAlias(int link, String alias) {
        socket.request("set link " + link + " alias " + alias, LinkMessages.setAlias(link, alias));
    }

    /** The link must be down. */
    public void rename(int link, String name) {
        socket.request("rename link " + link + " to " + name, LinkMessages.rename(link, name));
    }

    public void setPort(int link, Link.BridgePort port) {
        socket.request("set bridge port " + link, LinkMessages.setPort(link, port));
    }

    /** What the link sends from now on is no more than so many bytes a second. */
    public void limitSending(int link, long bytesPerSecond) {
        socket.request("limit link " + link + " to " + bytesPerSecond + " bytes/s", QueueMessages.limit(link, bytesPerSecond));
    }

    /** Ends {@link #limitSending}, if there was one. */
    public void freeSending(int link) {
        try {
            socket.request("free link " + link, QueueMessages.free(link));
        } catch (NetlinkFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EINVAL) {
                throw e;
            }
        }
    }

    public void delete(int link) {
        socket.request("delete link " + link, LinkMessages.delete(link));
    }

    /** False if there is no link of that name. */
    public boolean delete(String name) {
        Optional<Integer> index = indexOf(name);
        if (index.isEmpty()) {
            return false;
        }
        try {
            delete(index.get());
            return true;
        } catch (NetlinkFailure e) {
            if (e.errno() == Errno.ENODEV) {
                return false;
            }
            throw e;
        }
    }

    public List<Link> links() {
        return socket.dump("list links", LinkMessages.dump()).stream().map(LinkMessages::read).toList();
    }

    public Optional<Link> link(String name) {
        try {
            return Optional.of(LinkMessages.read(socket.get("look for link " + name, LinkMessages.get(name))));
        } catch (NetlinkFailure e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public Optional<Integer> indexOf(String name) {
        return link(name).map(Link::index);
    }

    public void addAddress(LinkAddress address) {
        socket.request("add " + address, AddressMessages.addAddress(address));
    }

    public void addAddress(int link, Ipv4 address, int prefix) {
        addAddress(new LinkAddress(link, address, prefix));
    }

    public void deleteAddress(LinkAddress address) {
        socket.request("delete " + address, AddressMessages.deleteAddress(address));
    }

    public List<LinkAddress> addresses() {
        return socket.dump("list addresses", AddressMessages.dumpAddresses()).stream()
                .map(AddressMessages::readAddress)
                .flatMap(Optional::stream)
                .toList();
    }

    public void addRoute(Route route) {
        socket.request("add " + route, AddressMessages.addRoute(route));
    }

    /** The default route. */
    public void addDefaultRoute(int link, Ipv4 gateway) {
        addRoute(new Route(Route.DEFAULT, link, Optional.of(gateway), Route.BY_HAND));
    }

    public void replaceRoute(Route route) {
        socket.request("replace " + route, AddressMessages.replaceRoute(route));
    }

    public void deleteRoute(Route route) {
        socket.request("delete " + route, AddressMessages.deleteRoute(route));
    }

    /** IPv4 unicast routes of the main table. */
    public List<Route> routes() {
        return socket.dump("list routes", AddressMessages.dumpRoutes()).stream()
                .map(AddressMessages::readRoute)
                .flatMap(Optional::stream)
                .toList();
    }

    public void replaceNeighbour(Neighbour neighbour) {
        socket.request("replace " + neighbour, NeighbourMessages.replace(neighbour));
    }

    public void deleteNeighbour(Neighbour neighbour) {
        socket.request("delete " + neighbour, NeighbourMessages.delete(neighbour));
    }

    /** Permanent IPv4 neighbours of all links. */
    public List<Neighbour> neighbours() {
        return socket.dump("list neighbours", NeighbourMessages.dumpNeighbours()).stream()
                .map(NeighbourMessages::readNeighbour)
                .flatMap(Optional::stream)
                .toList();
    }

    public void replaceForwarding(Forwarding entry) {
        socket.request("replace " + entry, NeighbourMessages.replace(entry));
    }

    public void deleteForwarding(Forwarding entry) {
        socket.request("delete " + entry, NeighbourMessages.delete(entry));
    }

    /** Static forwarding entries of all bridges and VXLAN links. */
    public List<Forwarding> forwarding() {
        Stream<Optional<Forwarding>> entries =
                socket.dump("list forwarding entries", NeighbourMessages.dumpForwarding()).stream()
                        .map(NeighbourMessages::readForwarding);
        return entries.flatMap(Optional::stream).toList();
    }

    @Override
    public void close() {
        socket.close();
    }
}
