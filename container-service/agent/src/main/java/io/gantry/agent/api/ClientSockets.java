package io.gantry.agent.api;

import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sockets in containers whose connections lead to clients of the platform: each to the next one that asks. Nothing of what is said is looked at or kept here.
 */
public final class ClientSockets implements AutoCloseable {
    /** Connections of one socket, and clients that wait at it. */
    static final int MOST = 64;

    private final Map<ContainerId, Served> served = new HashMap<>();

    /** What a container has. Used under the lock of this class's object. */
    private static final class Served {
        private final List<ContainerSocket> sockets = new ArrayList<>();
        private final Map<String, Meeting> meetings = new HashMap<>();
    }

    /**
     * When this returns, the socket is there. One that an earlier agent has left is replaced.
     *
     * @param name what clients ask for; several sockets of a container may have one together
     * @param uid as the host counts
     * @param gid likewise
     */
    public synchronized void open(ContainerId id, String name, Path path, int mode, int uid, int gid) throws IOException {
        Served found = served.computeIfAbsent(id, _ -> new Served());
        Meeting meeting = found.meetings.computeIfAbsent(name, _ -> new Meeting());
        found.sockets.add(ContainerSocket.open(path, new ContainerSocket.Access(mode, uid, gid), "container " + id.shortForm(), meeting::called, () -> close(id)));
    }

    /**
     * The next connection that a program makes to a socket of that name, the caller's to close; cancelled when the container's run ends. Who doesn't want it any
     * more cancels it.
     *
     * @return empty if the container has no such socket just now
     * @throws IllegalStateException if as many wait already as may
     */
    public synchronized Optional<CompletableFuture<SocketChannel>> next(ContainerId id, String name) {
        Served found = served.get(id);
        return found == null || !found.meetings.containsKey(name) ? Optional.empty() : Optional.of(found.meetings.get(name).next());
    }

    /** Also what goes through them just now. Nothing happens to a container that has none. */
    public void close(ContainerId id) {
        Served gone;
        synchronized (this) {
            gone = served.remove(id);
        }
        if (gone != null) {
            gone.sockets.forEach(ContainerSocket::close);
            gone.meetings.values().forEach(Meeting::end);
        }
    }

    /** All of them. The containers' next agent opens them again. */
    @Override
    public void close() {
        List<ContainerId> all;
        synchronized (this) {
            all = List.copyOf(served.keySet());
        }
        all.forEach(this::close);
    }
}
