package io.gantry.bench;

import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.DebianRegistry;
import io.gantry.bench.peer.Engines;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * docker-registry where each engine meets it on loopback, and on this host's; all of them have the same blobs. Docker's engine has a second one, with blobs of its own, to push to.
 */
final class PeerRegistries implements AutoCloseable {
    private static final int EMPTY_PORT = DebianRegistry.PORT + 1;
    /** As an engine names its own. */
    static final String NAME = "127.0.0.1:" + DebianRegistry.PORT;
    /** As Docker's engine names the one to push to. */
    static final String EMPTY = "127.0.0.1:" + EMPTY_PORT;
    private final List<DebianRegistry> running = new ArrayList<>();

    static PeerRegistries start(Engines engines, Path folder) throws IOException, InterruptedException {
        if (DebianRegistry.program().isEmpty() || !Command.installed("skopeo")) {
            throw new IOException("docker-registry or skopeo isn't here: apt-get install skopeo, and ./gantry test fetches a docker-registry; or put one on PATH");
        }
        PeerRegistries registries = new PeerRegistries();
        try {
            Path store = folder.resolve("store");
            registries.running.add(new DebianRegistry(List.of(), freePort(), folder.resolve("here"), store));
            for (String engine : engines.names()) {
                registries.running.add(new DebianRegistry(engines.inside(engine), DebianRegistry.PORT, folder.resolve(engine), store));
            }
            if (engines.names().contains("dockerd")) {
                registries.running.add(new DebianRegistry(engines.inside("dockerd"), EMPTY_PORT, folder.resolve("empty"), folder.resolve("other-store")));
            }
            return registries;
        } catch (IOException | InterruptedException | RuntimeException e) {
            registries.close();
            throw e;
        }
    }

    /** The one on this host's loopback: {@code 127.0.0.1:41234}. */
    String here() {
        return running.getFirst().host();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        running.forEach(DebianRegistry::close);
    }
}
