package io.gantry.bench;

import io.gantry.bench.image.Layout;
import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is done with one image, here and with the peers, and how long each takes. */
final class ImageWays {
    private static final String SKOPEO = "skopeo to docker-registry";
    private final Platform platform;
    private final PeerRegistries registries;
    private final DockerCalls own;
    private final Map<String, DockerCalls> peers = new LinkedHashMap<>();
    private final Engines engines;
    private int pushed;

    ImageWays(Platform platform, Engines engines, PeerRegistries registries) {
        this.platform = platform;
        this.engines = engines;
        this.registries = registries;
        own = new DockerCalls(Platform.dockerSocket(), Platform.IMAGE);
        engines.names().forEach(name -> peers.put(name, new DockerCalls(engines.socket(name).orElseThrow(), "")));
    }

    /** By skopeo into our registry and docker-registry. @return what it is called there */
    String push(Layout image, Measured into) throws IOException, InterruptedException {
        String name = pushOurs(image, into);
        into.of(SKOPEO, copy(image, registries.here() + "/" + name, List.of("--dest-tls-verify=false")));
        return name;
    }

    /** Into our registry alone. */
    String pushOurs(Layout image, Measured into) throws IOException, InterruptedException {
        String name = "bench-" + ProcessHandle.current().pid() + "/image-" + pushed++;
        into.ours(copy(image, platform.registry() + "/" + name, platform.skopeoOptions()));
        return name;
    }

    private static double copy(Layout image, String to, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("skopeo", "copy", "--insecure-policy"));
        command.addAll(options);
        command.addAll(List.of("oci:" + image.folder(), "docker://" + to + ":latest"));
        return Command.time(command);
    }

    /** From the registry to a host: ours until a container of it runs. */
    void pull(String name, Measured into) throws IOException, InterruptedException {
        pullOurs(name, into);
        for (var peer : peers.entrySet()) {
            into.of(peer.getKey(), peer.getValue().pull(PeerRegistries.NAME + "/" + name));
        }
    }

    void pullOurs(String name, Measured into) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        String id = platform.start(name);
        into.ours((System.nanoTime() - begin) / 1e6);
        platform.remove(id);
    }

    /** All have it, ours after a first pull from docker-registry. */
    void pullAgain(String name, Measured into) throws IOException {
        String there = registries.here() + "/" + name;
        own.pull(there);
        into.ours(own.pull(there));
        own.removeImage(there);
        for (var peer : peers.entrySet()) {
            into.of(peer.getKey(), peer.getValue().pull(PeerRegistries.NAME + "/" + name));
        }
    }

    /** Docker's engine sends it to a docker-registry that has nothing of it. */
    void pushByDocker(String name, Measured into) throws IOException, InterruptedException {
        if (peers.containsKey("dockerd")) {
            String docker = "unix://" + engines.socket("dockerd").orElseThrow();
            String other = PeerRegistries.EMPTY + "/" + name;
            Command.run("docker", "-H", docker, "tag", PeerRegistries.NAME + "/" + name, other);
            into.of("docker push", Command.time(List.of("docker", "-H", docker, "push", other)));
            Command.run("docker", "-H", docker, "rmi", other);
        }
    }

    /** Everywhere; hosts keep its layers. */
    void remove(String name) throws IOException {
        own.removeImage(name);
        for (DockerCalls peer : peers.values()) {
            peer.removeImage(PeerRegistries.NAME + "/" + name);
        }
    }

    void removeOurs(String name) throws IOException {
        own.removeImage(name);
    }

    /** So far, from wherever: of what a host pulls, more cannot have come over the wire. */
    static long bytesReadByAgents() throws IOException {
        long bytes = 0;
        try (var pids = Files.newDirectoryStream(Platform.pids(), "agent-*")) {
            for (Path pid : pids) {
                bytes += Files.readAllLines(Path.of("/proc", Files.readString(pid).split("\\s")[0], "io")).stream()
                        .filter(line -> line.startsWith("rchar:"))
                        .mapToLong(line -> Long.parseLong(line.split(" ")[1]))
                        .sum();
            }
        }
        return bytes;
    }
}
