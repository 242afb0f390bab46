package io.gantry.agent.execute;

import io.gantry.contracts.id.ContainerId;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Connections to what listens on a container's own loopback, where nobody else reaches it. */
final class InsideDial {
    private static final int CONNECT_MILLIS = 5000;
    private final Watch watch;

    InsideDial(Watch watch) {
        this.watch = watch;
    }

    /**
     * @throws ConnectException if nothing listens there
     * @throws IllegalStateException if the container doesn't run
     */
    SocketChannel dial(ContainerId id, int port) throws IOException {
        int pid = watch.get(id)
                .map(container -> container.record().pid())
                .orElseThrow(() -> new IllegalStateException("container " + id.shortForm() + " is not running"));
        try {
            return NetworkNamespace.at(Path.of("/proc", Integer.toString(pid), "ns/net")).call(() -> loopback(port));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static SocketChannel loopback(int port) {
        try {
            return connect(StandardProtocolFamily.INET, "127.0.0.1", port);
        } catch (ConnectException nobody) {
            try {
                return connect(StandardProtocolFamily.INET6, "::1", port);
            } catch (IOException neither) {
                throw new UncheckedIOException(nobody);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SocketChannel connect(ProtocolFamily family, String address, int port) throws IOException {
        SocketChannel channel = SocketChannel.open(family);
        try {
            channel.socket().connect(new InetSocketAddress(InetAddress.getByName(address), port), CONNECT_MILLIS);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
