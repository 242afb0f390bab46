package io.gantry.agent.network.port;

import io.gantry.agent.network.plan.PublishedPort;
import io.gantry.kernel.netlink.diag.BoundSocket;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A port that was to be published and a socket of this host that would get nothing any more, since a packet is redirected before a socket
 * sees it.
 */
record Clash(PublishedPort port, BoundSocket socket) {
    /**
     * One for each wanted port that somebody listens on. Who was first stays: a port that is programmed is ours, even if a program has bound it
     * since.
     */
    static List<Clash> find(Collection<PublishedPort> wanted, Set<PublishedPort> programmed, List<BoundSocket> sockets) {
        return wanted.stream()
                .filter(port -> !programmed.contains(port))
                .flatMap(port -> sockets.stream().filter(socket -> takenFrom(socket, port)).limit(1).map(socket -> new Clash(port, socket)))
                .toList();
    }

    private static boolean takenFrom(BoundSocket socket, PublishedPort port) {
        boolean sameTransport = switch (port.protocol()) {
            case TCP -> socket.transport() == BoundSocket.Transport.TCP;
            case UDP -> socket.transport() == BoundSocket.Transport.UDP;
        };
        return sameTransport
                && socket.port() == port.port()
                && (port.address().isEmpty() || socket.address().isEmpty() || port.address().equals(socket.address()));
    }

    /** {@code 127.0.0.1:8080}, or {@code *:22}. */
    String listener() {
        return socket.address().map(Object::toString).orElse("*") + ":" + socket.port();
    }
}
