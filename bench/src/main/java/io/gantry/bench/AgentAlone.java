package io.gantry.bench;

import io.gantry.agent.execute.LinuxContainerRuntime;
import io.gantry.agent.execute.RuntimeSettings;
import io.gantry.agent.image.Layer;
import io.gantry.agent.log.FolderWatch;
import io.gantry.agent.log.LogLine;
import io.gantry.agent.log.LogQuery;
import io.gantry.agent.log.LogReader;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.contracts.view.Explanation;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.bench.peer.Command;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.cgroup.MountedCgroups;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The part of the agent that makes containers, without services, network programs or image transfer: user namespace, overlay, cgroups,
 * seccomp, and a veth pair on a bridge of the bench's own.
 */
final class AgentAlone implements AutoCloseable {
    /** Not shared with another bench that runs: {@link #close} removes all below. */
    private static final String CGROUP_PARENT = "gantry-bench-" + ProcessHandle.current().pid();

    private static final ImageRef IMAGE = ImageRef.parse("bench/busybox");
    /** High in the id space, so that an agent that runs meanwhile isn't met. */
    private static final int FIRST_ID = 24_000 * 65_536;

    private final SecureRandom random = new SecureRandom();
    private final String bridge = "gb" + ProcessHandle.current().pid();
    private final ConcurrentHashMap<ContainerId, CompletableFuture<Exit>> exits = new ConcurrentHashMap<>();
    private final LinuxContainerRuntime runtime;
    private final FolderWatch logWatch = new FolderWatch();
    private final Layer layer;
    private final ConcurrentHashMap<ContainerId, Integer> pids = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();

    /**
     * One start and its end, in milliseconds.
     *
     * @param start to the instant that the command has been executed, as its monitor saw it
     * @param answered until whoever asked for it knows that it runs
     * @param total until its end is known
     * @param remove what giving back an ended container took
     * @param steps what was done, each with its time
     */
    record Times(double start, double answered, double total, double remove, List<Explanation.Step> steps) {
        /** It began from a process that was kept ready. */
        boolean parked() {
            return steps.stream().anyMatch(Explanation.Step::ahead);
        }
    }

    /**
     * @param ranges so many containers can run at once
     * @param parked so many processes are kept ready
     * @param logBytes a log file is rotated before it grows above this
     */
    AgentAlone(Path folder, Path rootfs, int ranges, int parked, long logBytes) throws IOException, InterruptedException {
        layer = new Layer.Folder(Digest.ofHex("00".repeat(32)), rootfs);
        RuntimeSettings settings =
                new RuntimeSettings(
                        folder.resolve("data"), folder.resolve("run"), FIRST_ID, ranges,
                        MountedCgroups.usual().hierarchy(CGROUP_PARENT, "alone"),
                        logBytes, RuntimeSettings.DEFAULT_LOG_FILES, parked);
        Command.run("ip", "link", "add", bridge, "type", "bridge");
        Command.run("ip", "link", "set", bridge, "up");
        runtime = new LinuxContainerRuntime(settings);
        runtime.onExit((id, _, exit) -> exits.get(id).complete(exit));
        runtime.recover();
        awaitParked();
    }

    void awaitParked() {
        if (!runtime.awaitParked(Duration.ofSeconds(60))) {
            throw new IllegalStateException("no processes could be parked");
        }
    }

    Times runTrue() throws StartFailure {
        ContainerId id = newId();
        Instant asked = Instant.now();
        long begin = System.nanoTime();
        Running running = run(id, "true");
        double answered = millisSince(begin);
        double started = Duration.between(asked, running.startedAt()).toNanos() / 1e6;
        awaitSuccess(id);
        double ended = millisSince(begin);
        List<Explanation.Step> steps = runtime.explain(id).steps();
        begin = System.nanoTime();
        remove(id);
        return new Times(started, answered, ended, millisSince(begin), steps);
    }

    /** Seconds from the call to the end of a script; its log is {@link #readLog} then, until {@link #remove}. */
    double script(ContainerId id, String script) throws StartFailure {
        long begin = System.nanoTime();
        run(id, "sh", "-c", script);
        awaitSuccess(id);
        return millisSince(begin) / 1000;
    }

    /** Payload bytes of what the query shows. */
    long readLog(ContainerId id, LogQuery query) throws IOException, InterruptedException {
        long bytes = 0;
        try (LogReader reader = LogReader.open(runtime.folders().container(id), query, logWatch)) {
            for (Optional<LogLine> line = reader.next(); line.isPresent(); line = reader.next()) {
                bytes += line.get().outputBytes();
            }
        }
        return bytes;
    }

    /** Starts one that stays until it is {@link #end ended}. */
    ContainerId sleeper() throws StartFailure {
        ContainerId id = newId();
        run(id, "sleep", "100000");
        return id;
    }

    void end(ContainerId id) {
        runtime.kill(id);
        exits.get(id).join();
        remove(id);
    }

    /** Milliseconds until a command in {@code id} has written its first byte. */
    double exec(ContainerId id) throws StartFailure, IOException, InterruptedException {
        long begin = System.nanoTime();
        try (ExecSession session = runtime.exec(id, new ExecSpec(List.of("echo", "x"), null, null, null, false, false))) {
            if (session.stdout().read() != 'x') {
                throw new IOException("no output of a command in " + id.shortForm());
            }
            double first = millisSince(begin);
            session.waitForExit();
            return first;
        }
    }

    /** Private memory in KiB of the monitor of {@code id}. */
    double monitorMemory(ContainerId id) throws IOException {
        String status = Files.readString(Path.of("/proc/" + pids.get(id) + "/status"));
        String monitor = status.lines().filter(line -> line.startsWith("PPid:")).findFirst().orElseThrow().substring(5).strip();
        return Files.readString(Path.of("/proc/" + monitor + "/smaps_rollup"))
                .lines()
                .filter(line -> line.startsWith("Private_"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", "")))
                .sum();
    }

    private Running run(ContainerId id, String... command) throws StartFailure {
        exits.put(id, new CompletableFuture<>());
        Running running = runtime.start(request(id, command));
        pids.put(id, running.pid());
        return running;
    }

    private void awaitSuccess(ContainerId id) {
        Exit exit = exits.get(id).orTimeout(20, TimeUnit.SECONDS).join();
        if (exit.code() != 0) {
            throw new IllegalStateException("a command did not end well: " + exit);
        }
    }

    void remove(ContainerId id) {
        runtime.remove(id);
        exits.remove(id);
        pids.remove(id);
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private RunRequest request(ContainerId id, String... command) {
        int number = made.getAndIncrement();
        ResolvedImage image =
                new ResolvedImage(
                        IMAGE, layer.name(), layer.name(), ImageConfig.EMPTY,
                        List.of(new ResolvedImage.Layer(layer.name(), layer.name(), Bytes.ZERO, "tar")), "amd64", Bytes.ZERO, Instant.EPOCH);
        Desired.Container container =
                new Desired.Container(
                        id, "default", "bench-" + number, new Owner.Person(), Desired.Life.RUNNING, 1, null, ContainerSpec.of(IMAGE, command), image,
                        "SIGTERM", Duration.ZERO, 0, false);
        Ipv4 address = Ipv4.parse("10.222.0.2").plus(number % 60_000);
        Attachment network =
                new Attachment(
                        new EndpointId(id.value()), "default", bridge, "g" + id.value().substring(0, 12), 0, address, 16, Ipv4.parse("10.222.0.1"), MacAddress.of(address), 1450, List.of(),
                        List.of());
        return new RunRequest(container, 1, List.of(layer), Optional.of(network));
    }

    ContainerId newId() {
        return new ContainerId(Ids.hex64(random));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        runtime.close();
        logWatch.close();
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
