package io.gantry.bench.peer;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A container engine that speaks Docker's API, started for the bench: in a network namespace of its own, since engines turn on
 * forwarding and firewall rules for their whole host, with its data in a folder of the bench's.
 */
abstract sealed class Engine implements AutoCloseable permits Dockerd, Podman {
    private static final String CREATE =
            "{\"Image\":\"gantry-bench\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"NetworkMode\":\"bridge\"}}";
    final Path folder;
    final Path socket;
    private final String namespace;
    private final UnixHttp api;
    private Process daemon;

    Engine(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        socket = folder.resolve("engine.sock");
        namespace = "gantry-bench-" + ProcessHandle.current().pid() + "-" + folder.getFileName();
        api = new UnixHttp(socket);
    }

    /** The engine's, listening on {@link #socket}. */
    abstract ProcessBuilder command() throws IOException;

    /** Once; whatever comes of it, {@link #close} takes it back. */
    final void start() throws IOException, InterruptedException {
        Command.run("ip", "netns", "add", namespace);
        Command.run("ip", "-n", namespace, "link", "set", "lo", "up");
        ProcessBuilder command = command();
        command.command().addAll(0, inside());
        daemon = command.redirectErrorStream(true).redirectOutput(log().toFile()).start();
        awaitPing();
    }

    /** What stands before a command that is to meet this engine on loopback. */
    final List<String> inside() {
        return List.of("nsenter", "--net=/run/netns/" + namespace, "--");
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** Takes the file system as image {@code gantry-bench}. */
    final void importImage(Path rootfs) throws IOException, InterruptedException {
        Path tar = folder.resolve("root.tar");
        Command.run("tar", "-C", rootfs.toString(), "-cf", tar.toString(), ".");
        Command.run("docker", "-H", "unix://" + socket, "import", tar.toString(), "gantry-bench:latest");
    }

    /** Milliseconds of create and start, the two calls a client makes; then the container is removed. */
    final double createAndStart() throws IOException {
        long begin = System.nanoTime();
        String id = Json.read(api.call("POST", "/v1.41/containers/create", CREATE), JsonNode.class).path("Id").asText();
        api.call("POST", "/v1.41/containers/" + id + "/start", null);
        double millis = (System.nanoTime() - begin) / 1e6;
        api.call("DELETE", "/v1.41/containers/" + id + "?force=1", null);
        return millis;
    }

    /** By Docker's own client; the container is gone afterwards. */
    final String run(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("docker", "-H", "unix://" + socket, "run", "--rm", "gantry-bench:latest"));
        words.addAll(List.of(command));
        return Command.run(words.toArray(String[]::new));
    }

    private void awaitPing() throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 150; attempt++) {
            try {
                if (api.send("GET", "/_ping", null).status() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // the socket isn't there
            }
            if (daemon.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new IOException("the engine ended: " + Files.readString(log()));
            }
        }
        throw new IOException("the engine does not answer: " + Files.readString(log()));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.destroy();
            if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
                daemon.destroyForcibly().waitFor();
            }
        }
        if (Files.exists(Path.of("/run/netns", namespace))) {
            Command.run("ip", "netns", "del", namespace);
        }
    }
}
