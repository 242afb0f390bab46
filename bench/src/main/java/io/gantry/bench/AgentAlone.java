package io.gantry.bench;

import io.gantry.agent.execute.LinuxContainerRuntime;
import io.gantry.agent.execute.RuntimeSettings;
import io.gantry.agent.image.Layer;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.bench.peer.Command;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.cgroup.HybridHierarchy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The part of the agent that makes containers, without services, network programs or image transfer: user namespace, overlay, cgroups,
 * seccomp, and a veth pair on a bridge of the bench's own.
 */
final class AgentAlone implements AutoCloseable {
    private static final String CGROUP_PARENT = "gantry-bench";
    private static final ImageRef IMAGE = ImageRef.parse("bench/busybox");
    /** High in the id space, so that an agent that runs meanwhile isn't met. */
    private static final int FIRST_ID = 24_000 * 65_536;

    private final SecureRandom random = new SecureRandom();
    private final String bridge = "gb" + ProcessHandle.current().pid();
    private final BlockingQueue<Exit> exits = new LinkedBlockingQueue<>();
    private final LinuxContainerRuntime runtime;
    private final Layer layer;
    private int made;

    /** One start and its end, in milliseconds. {@code start}: to the instant that the command has been executed. */
    record Times(double start, double total) {}

    AgentAlone(Path folder, Path rootfs) throws IOException, InterruptedException {
        layer = new Layer.Folder(Digest.ofHex("00".repeat(32)), rootfs);
        String cores = "0-" + (Runtime.getRuntime().availableProcessors() - 1);
        RuntimeSettings settings =
                new RuntimeSettings(
                        folder.resolve("data"), folder.resolve("run"), FIRST_ID, 64,
                        new HybridHierarchy("/sys/fs/cgroup", CGROUP_PARENT, "b" + ProcessHandle.current().pid(), cores, "0"));
        Command.run("ip", "link", "add", bridge, "type", "bridge");
        Command.run("ip", "link", "set", bridge, "up");
        runtime = new LinuxContainerRuntime(settings);
        runtime.onExit((_, _, exit) -> exits.add(exit));
    }

    Times runTrue() throws StartFailure, InterruptedException {
        ContainerId id = newId();
        long begin = System.nanoTime();
        runtime.start(request(id, "true"));
        double started = (System.nanoTime() - begin) / 1e6;
        Exit exit = exits.poll(20, TimeUnit.SECONDS);
        if (exit == null || exit.code() != 0) {
            throw new IllegalStateException("true did not end well: " + exit);
        }
        double ended = (System.nanoTime() - begin) / 1e6;
        runtime.remove(id);
        return new Times(started, ended);
    }

    /** Private memory in KiB of the monitor of a container that does nothing. */
    double monitorMemory() throws StartFailure, IOException, InterruptedException {
        ContainerId id = newId();
        Running running = runtime.start(request(id, "sleep", "1000"));
        try {
            String status = Files.readString(Path.of("/proc/" + running.pid() + "/status"));
            String monitor = status.lines().filter(line -> line.startsWith("PPid:")).findFirst().orElseThrow().substring(5).strip();
            return Files.readString(Path.of("/proc/" + monitor + "/smaps_rollup"))
                    .lines()
                    .filter(line -> line.startsWith("Private_"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", "")))
                    .sum();
        } finally {
            runtime.kill(id);
            exits.poll(20, TimeUnit.SECONDS);
            runtime.remove(id);
        }
    }

    private RunRequest request(ContainerId id, String... command) {
        ResolvedImage image =
                new ResolvedImage(
                        IMAGE, layer.diffId(), layer.diffId(), ImageConfig.EMPTY,
                        List.of(new ResolvedImage.Layer(layer.diffId(), layer.diffId(), Bytes.ZERO, "tar")), "amd64", Bytes.ZERO, Instant.EPOCH);
        Desired.Container container =
                new Desired.Container(
                        id, "default", "bench-" + made, new Owner.Person(), Desired.Life.RUNNING, 1, null, ContainerSpec.of(IMAGE, command), image,
                        "SIGTERM", Duration.ZERO, false);
        Ipv4 address = Ipv4.parse("10.222.0.2").plus(made++ % 60_000);
        Attachment network =
                new Attachment(
                        bridge, "g" + id.value().substring(0, 12), 0, address, 16, Ipv4.parse("10.222.0.1"), MacAddress.of(address), 1450, List.of(),
                        List.of());
        return new RunRequest(container, 1, List.of(layer), Optional.of(network));
    }

    private ContainerId newId() {
        return new ContainerId(Ids.hex64(random));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Command.run("ip", "link", "del", bridge);
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies) {
                removeGroups(hierarchy.resolve(CGROUP_PARENT));
            }
        }
    }

    /** A cgroup's files can't be deleted; its folder can, once it has no child. */
    private static void removeGroups(Path group) throws IOException {
        if (!Files.isDirectory(group)) {
            return;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(group, Files::isDirectory)) {
            for (Path child : children) {
                removeGroups(child);
            }
        }
        Files.delete(group);
    }
}
