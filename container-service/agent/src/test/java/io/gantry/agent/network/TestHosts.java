package io.gantry.agent.network;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Hosts and containers as network namespaces with names of their own, joined by an underlay bridge that has one, too. */
final class TestHosts implements AutoCloseable {
    private final String prefix = "gn" + Long.toHexString(System.nanoTime() & 0xffffffL);
    private final Deque<AutoCloseable> cleanup = new ArrayDeque<>();
    private final String underlay = newNamespace("u");

    TestHosts() {
        try (RouteNetlink netlink = RouteNetlink.open(at(underlay))) {
            netlink.createBridge("under", MacAddress.of(Ipv4.parse("192.168.77.254")), 1500);
            int bridge = netlink.indexOf("under").orElseThrow();
            netlink.addAddress(bridge, Ipv4.parse("192.168.77.254"), 24);
            netlink.setUp(bridge);
        }
    }

    /** Where someone outside of all hosts is. */
    NetworkNamespace outside() {
        return at(underlay);
    }

    /** A host at 192.168.77.{@code number}. */
    NetworkNamespace host(int number) {
        String name = newNamespace("h" + number);
        Ipv4 address = Ipv4.parse("192.168.77." + number);
        try (RouteNetlink netlink = RouteNetlink.open(at(underlay))) {
            plug(netlink, "h" + number, netlink.indexOf("under").orElseThrow(), 0, name, address, 24, MacAddress.of(address), 1500, null);
        }
        return at(name);
    }

    /** A container in a namespace of its own, plugged in as the runtime does it. */
    NetworkNamespace container(NetworkNamespace host, Attachment attachment) {
        return container(host, attachment, "");
    }

    /** @param more than the cable's name, where it has been plugged in before */
    NetworkNamespace container(NetworkNamespace host, Attachment attachment, String more) {
        String name = newNamespace("c" + attachment.hostInterface() + more);
        try (RouteNetlink netlink = RouteNetlink.open(host)) {
            int bridge = netlink.indexOf(attachment.bridge()).orElseThrow();
            plug(netlink, attachment.hostInterface(), bridge, attachment.group(), name, attachment.address(), attachment.prefix(), attachment.mac(), attachment.mtu(), attachment.gateway());
        }
        return at(name);
    }

    /** A further cable of the container that {@code first} plugged in. */
    void plugFurther(NetworkNamespace host, Attachment first, Attachment attachment, String name) {
        String container = prefix + "c" + first.hostInterface();
        try (RouteNetlink netlink = RouteNetlink.open(host);
                RouteNetlink inside = RouteNetlink.open(at(container));
                Fd namespace = new LinuxSystemCalls().open("/run/netns/" + container, LinuxHeader.O_RDONLY, 0)) {
            int bridge = netlink.indexOf(attachment.bridge()).orElseThrow();
            netlink.createVeth(attachment.hostInterface(), bridge, attachment.group(), name, namespace.number(), attachment.mac(), attachment.mtu());
            netlink.setUp(netlink.indexOf(attachment.hostInterface()).orElseThrow());
            int link = inside.indexOf(name).orElseThrow();
            inside.addAddress(link, attachment.address(), attachment.prefix());
            inside.setUp(link);
        }
    }

    private static void plug(
            RouteNetlink netlink, String hostName, int bridge, int group, String peer, Ipv4 address, int prefix, MacAddress mac, int mtu, Ipv4 gateway) {
        try (Fd namespace = new LinuxSystemCalls().open("/run/netns/" + peer, LinuxHeader.O_RDONLY, 0);
                RouteNetlink inside = RouteNetlink.open(at(peer))) {
            netlink.createVeth(hostName, bridge, group, "eth0", namespace.number(), mac, mtu);
            netlink.setUp(netlink.indexOf(hostName).orElseThrow());
            inside.setUp(inside.indexOf("lo").orElseThrow());
            int eth0 = inside.indexOf("eth0").orElseThrow();
            inside.addAddress(eth0, address, prefix);
            inside.setUp(eth0);
            if (gateway != null) {
                inside.addDefaultRoute(eth0, gateway);
            }
        }
    }

    /** At the end, before what was made earlier goes. */
    void onClose(AutoCloseable what) {
        cleanup.push(what);
    }

    /** A server that tells each caller {@code name} and where the call came from; closed at the end, or before. */
    AutoCloseable serve(NetworkNamespace where, int port, String name) {
        ServerSocketChannel server = where.call(() -> {
            try {
                return ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(port));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        cleanup.push(server);
        Thread.ofPlatform().daemon().start(() -> {
            while (server.isOpen()) {
                try (SocketChannel client = server.accept()) {
                    String from = ((InetSocketAddress) client.getRemoteAddress()).getAddress().getHostAddress();
                    client.write(ByteBuffer.wrap((name + " " + from).getBytes(StandardCharsets.UTF_8)));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server;
    }

    /** {@code name from}, or the error's text when nobody answers. */
    static String call(NetworkNamespace from, String address, int port) {
        return from.call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), 1500);
                socket.setSoTimeout(1500);
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return e.getMessage();
            }
        });
    }

    private String newNamespace(String what) {
        String name = prefix + what;
        ip("netns", "add", name);
        cleanup.push(() -> ip("netns", "del", name));
        try (RouteNetlink inside = RouteNetlink.open(at(name))) {
            inside.setUp(inside.indexOf("lo").orElseThrow());
        }
        return name;
    }

    static NetworkNamespace at(String name) {
        return NetworkNamespace.at(Path.of("/run/netns", name));
    }

    private static void ip(String... arguments) {
        try {
            String[] command = new String[arguments.length + 1];
            command[0] = "ip";
            System.arraycopy(arguments, 0, command, 1, arguments.length);
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws Exception {
        while (!cleanup.isEmpty()) {
            cleanup.pop().close();
        }
    }
}
