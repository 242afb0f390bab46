package io.gantry.agent.api;

import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** Where connections and those who shall have them wait for one another, each in the order in which they came. */
final class Meeting {
    private final Deque<SocketChannel> calls = new ArrayDeque<>();
    private final Deque<CompletableFuture<SocketChannel>> clients = new ArrayDeque<>();
    private boolean over;

    /** A connection, which waits here for whoever takes it; one too many is closed. @param open how many there are, with it */
    void called(SocketChannel call, int open) {
        for (CompletableFuture<SocketChannel> client = clientOrWait(call, open); client != null; client = clientOrWait(call, open)) {
            if (client.complete(call)) {
                return;
            }
        }
    }

    private synchronized CompletableFuture<SocketChannel> clientOrWait(SocketChannel call, int open) {
        if (over || open > ClientSockets.MOST) {
            Relayed.quietly(call);
            return null;
        }
        CompletableFuture<SocketChannel> client = clients.poll();
        if (client == null) {
            calls.add(call);
        }
        return client;
    }

    /** As {@link ClientSockets#next} has it. */
    synchronized CompletableFuture<SocketChannel> next() {
        if (over) {
            return CompletableFuture.failedFuture(new CancellationException());
        }
        SocketChannel call = calls.poll();
        if (call != null) {
            return CompletableFuture.completedFuture(call);
        }
        clients.removeIf(CompletableFuture::isDone);
        if (clients.size() >= ClientSockets.MOST) {
            throw new IllegalStateException("there wait " + ClientSockets.MOST + " already");
        }
        CompletableFuture<SocketChannel> client = new CompletableFuture<>();
        clients.add(client);
        return client;
    }

    /** Whoever waits here is sent away. */
    void end() {
        Deque<CompletableFuture<SocketChannel>> left;
        synchronized (this) {
            over = true;
            calls.forEach(Relayed::quietly);
            calls.clear();
            left = new ArrayDeque<>(clients);
            clients.clear();
        }
        left.forEach(client -> client.cancel(false));
    }
}
