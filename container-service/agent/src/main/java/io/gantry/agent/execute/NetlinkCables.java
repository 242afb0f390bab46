package io.gantry.agent.execute;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.route.Link;
import io.gantry.kernel.netlink.route.LinkAddress;
import io.gantry.kernel.netlink.route.Route;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** By rtnetlink: one socket kept in the agent's network namespace, one opened in the container's for its end. */
final class NetlinkCables implements Cables, AutoCloseable {
    private static final String INSIDE = "eth0";
    private final SystemCalls calls;
    /** An index is never given twice by a kernel: an old one is refused, not mistaken. */
    private final Map<String, Integer> bridges = new ConcurrentHashMap<>();
    private final RouteNetlink host = RouteNetlink.open(NetworkNamespace.current());

    NetlinkCables(SystemCalls calls) {
        this.calls = calls;
    }

    @Override
    public Cable make(String name, int pid) {
        Path namespace = namespace(pid);
        try (Fd open = calls.open(namespace.toString(), LinuxHeader.O_RDONLY, 0)) {
            host.createVeth(name, INSIDE, open.number());
        }
        RouteNetlink inside = RouteNetlink.open(NetworkNamespace.at(namespace));
        try {
            return new Pair(index(host, name), inside, index(inside, INSIDE));
        } catch (RuntimeException e) {
            inside.close();
            throw e;
        }
    }

    private static int index(RouteNetlink links, String name) {
        return links.indexOf(name).orElseThrow(() -> new SyscallFailure("netlink", name, Errno.ENODEV));
    }

    @Override
    public void limit(String hostInterface, String inside, int pid, Long in, Long out) {
        limit(host, hostInterface, in);
        try (RouteNetlink there = in(pid)) {
            limit(there, inside, out);
        }
    }

    private static Path namespace(int pid) {
        return Path.of("/proc/" + pid + "/ns/net");
    }

    private static RouteNetlink in(int pid) {
        return RouteNetlink.open(NetworkNamespace.at(namespace(pid)));
    }

    @Override
    public void tie(int pid, String inside, Attachment network) {
        try (RouteNetlink there = in(pid);
                Fd open = calls.open(namespace(pid).toString(), LinuxHeader.O_RDONLY, 0)) {
            Optional<Link> far = there.link(inside);
            boolean here = host.indexOf(network.hostInterface()).isPresent();
            if (here && far.filter(link -> link.mac().equals(Optional.of(network.mac()))).isPresent()) {
                return;
            }
            // one end without the other is of an earlier run, or of an earlier network
            host.delete(network.hostInterface());
            there.delete(inside);
            int bridge = host.indexOf(network.bridge()).orElseThrow(() -> new SyscallFailure("netlink", "bridge " + network.bridge(), Errno.ENODEV));
            host.createVeth(network.hostInterface(), bridge, network.group(), inside, open.number(), network.mac(), network.mtu());
        }
    }

    @Override
    public void bringUp(int pid, String inside, Attachment network) {
        host.setUp(index(host, network.hostInterface()));
        try (RouteNetlink there = in(pid)) {
            int link = index(there, inside);
            there.setUp(link);
            LinkAddress address = new LinkAddress(link, network.address(), network.prefix());
            if (!there.addresses().contains(address)) {
                there.addAddress(address);
            }
        }
    }

    @Override
    public void leadOut(int pid, String inside, Ipv4 gateway) {
        try (RouteNetlink there = in(pid)) {
            Route route = new Route(Route.DEFAULT, index(there, inside), Optional.of(gateway), Route.BY_HAND);
            if (!there.routes().contains(route)) {
                there.replaceRoute(route);
            }
        }
    }

    private static void limit(RouteNetlink where, String name, Long rate) {
        int link = index(where, name);
        if (rate == null) {
            where.freeSending(link);
        } else {
            where.limitSending(link, rate);
        }
    }

    @Override
    public void unplug(String hostInterface) {
        host.delete(hostInterface);
    }

    /** What somebody has done to it; empty if it is as it was plugged in. */
    Optional<String> fault(String hostInterface, String inside, int pid) {
        Optional<String> here = fault(host, hostInterface);
        if (here.isPresent()) {
            return here;
        }
        try (RouteNetlink there = in(pid)) {
            return fault(there, inside);
        }
    }

    private static Optional<String> fault(RouteNetlink where, String name) {
        return where.link(name).map(link -> link.up() ? Optional.<String>empty() : Optional.of(name + " is down")).orElseGet(() -> Optional.of("there is no " + name));
    }

    @Override
    public void close() {
        host.close();
    }

    /** @param here index of the end on this side, {@code there} of the other */
    private final class Pair implements Cable {
        private final int here;
        private final RouteNetlink inside;
        private final int there;

        Pair(int here, RouteNetlink inside, int there) {
            this.here = here;
            this.inside = inside;
            this.there = there;
        }

        @Override
        public void plug(Attachment network) {
            try {
                plugOnce(network);
            } catch (NetlinkFailure e) {
                switch (e.errno()) {
                    // the last run's network namespace goes in its own time, and its cable with it
                    case Errno.EEXIST -> host.delete(network.hostInterface());
                    // another bridge has the name now
                    case Errno.EINVAL, Errno.ENODEV -> bridges.remove(network.bridge());
                    default -> throw e;
                }
                plugOnce(network);
            }
        }

        private void plugOnce(Attachment network) {
            int bridge = bridges.computeIfAbsent(network.bridge(), this::bridge);
            host.plug(here, network.hostInterface(), bridge, network.group(), network.mtu());
        }

        private int bridge(String name) {
            return host.indexOf(name).orElseThrow(() -> new SyscallFailure("netlink", "bridge " + name, Errno.ENODEV));
        }

        @Override
        public void address(Attachment network) {
            inside.join(there, network.mac(), network.mtu(), new LinkAddress(there, network.address(), network.prefix()), network.gateway());
        }

        @Override
        public void close() {
            inside.close();
        }
    }
}
