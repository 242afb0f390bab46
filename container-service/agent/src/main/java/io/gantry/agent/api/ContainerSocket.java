package io.gantry.agent.api;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A unix socket that programs in one container reach, with the connections that they have made to it. */
final class ContainerSocket implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ContainerSocket.class.getName());
    private final Path path;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

    private ContainerSocket(Path path, ServerSocketChannel listener) {
        this.path = path;
        this.listener = listener;
    }

    /** Takes a connection, its own to close from then on; on a thread that no other connection has. */
    interface Taker {
        /** @param open how many of the socket's there are, with it */
        void take(SocketChannel client, int open);
    }

    /** What the socket's file is like; owners as the host counts them. */
    record Access(int mode, int uid, int gid) {}

    /**
     * When this returns, the socket is there. One that an earlier agent has left is replaced.
     *
     * @param owner in the log and in names of threads
     * @param broken runs if no more connections can be taken, though nobody has closed it
     */
    static ContainerSocket open(Path path, Access access, String owner, Taker taker, Runnable broken) throws IOException {
        Files.deleteIfExists(path);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(letters(access.mode())));
            Files.setAttribute(path, "unix:gid", access.gid());
            Files.setAttribute(path, "unix:uid", access.uid());
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        ContainerSocket socket = new ContainerSocket(path, listener);
        Thread.ofVirtual().name("socket of " + owner).start(() -> socket.accept(owner, taker, broken));
        return socket;
    }

    private static String letters(int mode) {
        StringBuilder letters = new StringBuilder();
        for (int bit = 8; bit >= 0; bit--) {
            letters.append((mode >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        return letters.toString();
    }

    private void accept(String owner, Taker taker, Runnable broken) {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                clients.removeIf(one -> !one.isOpen());
                clients.add(client);
                int open = clients.size();
                Thread.ofVirtual().name("client of " + owner).start(() -> taker.take(client, open));
                if (!listener.isOpen()) {
                    Relayed.quietly(client);
                }
            }
        } catch (IOException e) {
            if (listener.isOpen()) {
                LOG.log(Level.WARNING, "no more connections are taken at " + path + " of " + owner, e);
                broken.run();
            }
        }
    }

    @Override
    public void close() {
        try {
            // the channel may be closed a moment later than its closing
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(Level.WARNING, path + " is left behind", e);
        }
        Relayed.quietly(listener);
        clients.forEach(Relayed::quietly);
    }
}
