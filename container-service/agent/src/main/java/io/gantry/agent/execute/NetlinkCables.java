package io.gantry.agent.execute;

import io.gantry.agent.runtime.Attachment;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.file.Path;

/** By rtnetlink: one socket kept in the agent's network namespace, one opened in the container's for its end. */
final class NetlinkCables implements Cables, AutoCloseable {
    private static final String INSIDE = "eth0";
    private final SystemCalls calls;
    private final RouteNetlink host = RouteNetlink.open(NetworkNamespace.current());

    NetlinkCables(SystemCalls calls) {
        this.calls = calls;
    }

    @Override
    public void plug(Attachment network, int pid) {
        int bridge =
                host.indexOf(network.bridge())
                        .orElseThrow(() -> new SyscallFailure("netlink", "bridge " + network.bridge(), Errno.ENODEV));
        try (Fd namespace = calls.open(namespace(pid).toString(), LinuxHeader.O_RDONLY, 0)) {
            try {
                create(network, bridge, namespace);
            } catch (NetlinkFailure e) {
                if (e.errno() != Errno.EEXIST) {
                    throw e;
                }
                // The last run's network namespace goes in its own time, and its cable with it.
                host.delete(network.hostInterface());
                create(network, bridge, namespace);
            }
        }
    }

    private void create(Attachment network, int bridge, Fd namespace) {
        host.createVeth(network.hostInterface(), bridge, network.group(), INSIDE, namespace.number(), network.mac(), network.mtu());
        host.setUp(host.indexOf(network.hostInterface()).orElseThrow());
    }

    @Override
    public void address(Attachment network, int pid) {
        try (RouteNetlink inside = RouteNetlink.open(NetworkNamespace.at(namespace(pid)))) {
            int link = inside.indexOf(INSIDE).orElseThrow(() -> new SyscallFailure("netlink", INSIDE, Errno.ENODEV));
            inside.setUp(link);
            inside.addAddress(link, network.address(), network.prefix());
            inside.addDefaultRoute(link, network.gateway());
        }
    }

    @Override
    public void limit(String hostInterface, int pid, Long in, Long out) {
        limit(host, hostInterface, in);
        try (RouteNetlink inside = RouteNetlink.open(NetworkNamespace.at(namespace(pid)))) {
            limit(inside, INSIDE, out);
        }
    }

    private static void limit(RouteNetlink where, String name, Long rate) {
        int link = where.indexOf(name).orElseThrow(() -> new SyscallFailure("netlink", name, Errno.ENODEV));
        if (rate == null) {
            where.freeSending(link);
        } else {
            where.limitSending(link, rate);
        }
    }

    private static Path namespace(int pid) {
        return Path.of("/proc/" + pid + "/ns/net");
    }

    @Override
    public void unplug(String hostInterface) {
        host.delete(hostInterface);
    }

    @Override
    public void close() {
        host.close();
    }
}
