package io.gantry.kernel.netlink.diag;

import io.gantry.kernel.netlink.socket.NetlinkSocket;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;

/** Asks one network namespace for its sockets. Safe for several threads. */
public final class SocketDiag implements AutoCloseable {
    private final NetlinkSocket socket;

    private SocketDiag(NetlinkSocket socket) {
        this.socket = socket;
    }

    public static SocketDiag open(NetworkNamespace namespace) {
        return new SocketDiag(NetlinkSocket.open(namespace, NetlinkSocket.Protocol.SOCK_DIAG));
    }

    /** Whatever takes IPv4 traffic for a port here. */
    public List<BoundSocket> bound() {
        List<BoundSocket> all = new ArrayList<>();
        for (BoundSocket.Transport transport : BoundSocket.Transport.values()) {
            for (int family : List.of(DiagHeader.AF_INET, DiagHeader.AF_INET6)) {
                socket.dump("list " + transport + " sockets", DiagMessages.dump(family, transport))
                        .forEach(message -> DiagMessages.read(message, transport).ifPresent(all::add));
            }
        }
        return List.copyOf(all);
    }

    @Override
    public void close() {
        socket.close();
    }
}
