package io.gantry.bench.peer;

import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Debian's Docker engine in a network namespace of its own, since it turns on forwarding and a FORWARD policy for its whole host. Its
 * data is in a folder of the bench's.
 */
public final class Dockerd implements AutoCloseable {
    private static final String CREATE =
            "{\"Image\":\"gantry-bench\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"NetworkMode\":\"bridge\"}}";
    private final String namespace = "gantry-bench-" + ProcessHandle.current().pid();
    private final UnixHttp api;
    private final Process daemon;

    public Dockerd(Path folder, Path rootfs) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path socket = folder.resolve("docker.sock");
        Files.deleteIfExists(socket);
        api = new UnixHttp(socket);
        Command.run("ip", "netns", "add", namespace);
        Command.run("ip", "-n", namespace, "link", "set", "lo", "up");
        daemon =
                new ProcessBuilder(
                                "nsenter", "--net=/run/netns/" + namespace, "--", "dockerd",
                                "--data-root", folder.resolve("data").toString(),
                                "--exec-root", folder.resolve("exec").toString(),
                                "--pidfile", folder.resolve("dockerd.pid").toString(),
                                "-H", "unix://" + socket)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("dockerd.log").toFile())
                        .start();
        awaitPing(folder);
        Process tar = new ProcessBuilder("tar", "-C", rootfs.toString(), "-cf", folder.resolve("root.tar").toString(), ".").start();
        tar.waitFor();
        Command.run("docker", "-H", "unix://" + socket, "import", folder.resolve("root.tar").toString(), "gantry-bench:latest");
    }

    /** Milliseconds of create and start, the two calls a client makes; then the container is removed. */
    public double createAndStart() throws IOException {
        long begin = System.nanoTime();
        String id = Json.read(api.call("POST", "/v1.41/containers/create", CREATE), com.fasterxml.jackson.databind.JsonNode.class).path("Id").asText();
        api.call("POST", "/v1.41/containers/" + id + "/start", null);
        double millis = (System.nanoTime() - begin) / 1e6;
        api.call("DELETE", "/v1.41/containers/" + id + "?force=1", null);
        return millis;
    }

    private void awaitPing(Path folder) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 150; attempt++) {
            try {
                if (api.send("GET", "/_ping", null).status() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // the socket isn't there
            }
            if (daemon.waitFor(200, TimeUnit.MILLISECONDS)) {
                throw new IOException("dockerd ended: " + Files.readString(folder.resolve("dockerd.log")));
            }
        }
        throw new IOException("dockerd does not answer: " + Files.readString(folder.resolve("dockerd.log")));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
            daemon.destroyForcibly().waitFor();
        }
        Command.run("ip", "netns", "del", namespace);
    }
}
