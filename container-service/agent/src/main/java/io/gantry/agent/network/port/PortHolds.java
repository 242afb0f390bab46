package io.gantry.agent.network.port;

import io.gantry.agent.network.plan.PublishedPort;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Published ports that are in force, each bound by a socket of ours that nothing ever comes to, since packets are redirected before: a program
 * that wants the port later hears EADDRINUSE instead of listening in vain, and the kernel gives it to no connection. Bound only, and not
 * for reuse: then nobody shares it (socket(7), SO_REUSEADDR). One that can't be had is tried again at the next call. Safe for several threads.
 */
final class PortHolds implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PortHolds.class);
    private final NetworkNamespace namespace;
    private final Map<PublishedPort, NetworkChannel> held = new HashMap<>();

    PortHolds(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    /** Holds these and lets go of all others. */
    synchronized void hold(Set<PublishedPort> ports) {
        held.keySet().stream().filter(port -> !ports.contains(port)).toList().forEach(this::letGo);
        Set<PublishedPort> missing = new HashSet<>(ports);
        missing.removeAll(held.keySet());
        if (!missing.isEmpty()) {
            namespace.run(() -> missing.forEach(port -> bind(port).ifPresent(socket -> held.put(port, socket))));
        }
    }

    synchronized boolean holds(PublishedPort port) {
        return held.containsKey(port);
    }

    private void letGo(PublishedPort port) {
        close(held.remove(port));
    }

    private static Optional<NetworkChannel> bind(PublishedPort port) {
        NetworkChannel socket = null;
        try {
            socket = switch (port.protocol()) {
                case TCP -> SocketChannel.open(StandardProtocolFamily.INET);
                case UDP -> DatagramChannel.open(StandardProtocolFamily.INET);
            };
            return Optional.of(socket.bind(address(port)));
        } catch (IOException e) {
            // a program bound it while no agent ran, a connection has it for its own end, or the address isn't this host's
            LOG.debugf("published port %s can't be held: %s", port, e.getMessage());
            close(socket);
            return Optional.empty();
        }
    }

    private static SocketAddress address(PublishedPort port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(port.address().orElse(new Ipv4(0)).toBytes()), port.port());
    }

    private static void close(NetworkChannel socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        Set.copyOf(held.keySet()).forEach(this::letGo);
    }
}
