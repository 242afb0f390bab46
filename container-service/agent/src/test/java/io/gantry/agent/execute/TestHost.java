package io.gantry.agent.execute;

import io.gantry.agent.api.ApiRelay;
import io.gantry.agent.image.Layer;
import io.gantry.agent.log.FolderWatch;
import io.gantry.agent.log.LogLine;
import io.gantry.agent.log.LogQuery;
import io.gantry.agent.log.LogReader;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.plan.HostGrant;
import io.gantry.agent.runtime.OciRuntime;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.RuntimeClasses;
import io.gantry.agent.volume.NodeVolumes;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.kernel.cgroup.MountedCgroups;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.DeviceNumber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A host for tests: folders, an id slice and cgroups of its own, a busybox layer, and one runtime at a time. */
final class TestHost implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ImageRef IMAGE = ImageRef.parse("test/busybox:1");
    private static final List<String> CONTROLLERS = List.of("memory", "cpu", "cpuacct", "pids", "devices", "cpuset", "blkio", "unified");

    /** As script/packages.sh installs it. */
    static final OciRuntime CRUN = new OciRuntime("crun", "/usr/bin/crun", "1.8.1");

    /** An end as the listener was told it. */
    record End(ContainerId id, long run, Exit exit) {}

    final Path folder;
    final Path layer;
    final RuntimeSettings settings;
    final String node;
    final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final FolderWatch logWatch = new FolderWatch();
    LinuxContainerRuntime runtime;
    /** Only if it is {@link #bridged}. */
    TestBridge bridge;

    private TestHost(Path folder, String node, Grants grants) throws IOException {
        this.folder = folder;
        this.node = node;
        layer = folder.resolve("layer");
        settings = settings(folder, node, grants);
        Files.createDirectories(folder.resolve("granted"));
        busybox();
    }

    static TestHost make() {
        return make(Grants.NONE);
    }

    static TestHost make(Grants grants) {
        return make(grants, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** With its folders in that one. */
    static TestHost make(Grants grants, Path ground) {
        try {
            TestHost host = new TestHost(Files.createTempDirectory(ground, "gt"), "t" + Ids.hex64(RANDOM).substring(0, 8), grants);
            host.boot(StepListener.NONE);
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With a bridge for its containers' cables, which goes with it. */
    TestHost bridged() {
        bridge = new TestBridge(node);
        return this;
    }

    /** The same host again for another process: only its folders and names matter. */
    static RuntimeSettings settings(Path folder, String node, Grants grants) {
        int slice = 8192 + Integer.parseInt(node.substring(1, 5), 16) % 512 * 32;
        return new RuntimeSettings(
                folder.resolve("data"), folder.resolve("run"), slice * 65_536, 32,
                MountedCgroups.usual().hierarchy("gantry-test", node),
                64 << 10, 3, 0, List.of(new HostGrant(folder.resolve("granted").toString(), false)), grants, new RuntimeClasses(List.of(CRUN)));
    }

    private void busybox() throws IOException {
        Files.createDirectories(layer.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), layer.resolve("bin/busybox"));
        for (String tool :
                List.of("sh", "true", "false", "cat", "echo", "ls", "id", "mount", "mknod", "ps", "sleep", "kill", "hostname",
                        "touch", "stat", "head", "tail", "dd", "seq", "wc", "tr", "ip", "nc", "httpd", "wget", "readlink",
                        "unshare", "umount", "stty", "nproc", "grep", "chmod", "yes", "env", "pwd", "mkdir", "rm", "sort", "tty")) {
            Files.createSymbolicLink(layer.resolve("bin/" + tool), Path.of("busybox"));
        }
        Files.createDirectories(layer.resolve("etc"));
        Files.createDirectories(layer.resolve("tmp"));
        Files.writeString(layer.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:web:/srv:/bin/sh\n");
        Files.writeString(layer.resolve("etc/group"), "root:x:0:\nweb:x:34:\nlogs:x:40:web\n");
        layer.resolve("tmp").toFile().setWritable(true, false);
    }

    /** Copies a program of this machine into the layer, with the libraries it is linked to. */
    void add(Path program, Path place) throws IOException, InterruptedException {
        Files.copy(program, place, StandardCopyOption.REPLACE_EXISTING);
        Process ldd = new ProcessBuilder("ldd", program.toString()).start();
        String linked = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (ldd.waitFor() != 0) {
            throw new IOException("ldd doesn't know what " + program + " is linked to");
        }
        for (String word : linked.split("\\s+")) {
            if (word.startsWith("/")) {
                Path library = layer.resolve(word.substring(1)).normalize();
                Files.createDirectories(library.getParent());
                Files.copy(Path.of(word), library, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** With sockets to an API that isn't there. */
    static Means means() {
        return Means.usual().answering(new ApiRelay(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), null));
    }

    void boot(StepListener steps) {
        boot(means().telling(steps));
    }

    void boot(StepListener steps, Duration patience) {
        boot(means().telling(steps).within(patience));
    }

    void boot(Means means) {
        boot(new LinuxContainerRuntime(settings, KernelReport.COMPLETE, means));
    }

    /** With so many parked processes, all of them ready. */
    void park(RuntimeSettings others) {
        boot(new LinuxContainerRuntime(others));
        runtime.recover();
        if (!runtime.awaitParked(Means.PATIENCE)) {
            throw new IllegalStateException("no " + others.parked() + " processes were parked");
        }
    }

    /** On a kernel of which that was found. */
    void boot(RuntimeSettings others, KernelReport kernel) {
        boot(new LinuxContainerRuntime(others, kernel));
    }

    private void boot(LinuxContainerRuntime booted) {
        runtime = booted;
        runtime.onExit((id, run, exit) -> ends.add(new End(id, run, exit)));
    }

    static ContainerId newId() {
        return new ContainerId(Ids.hex64(RANDOM));
    }

    static ContainerSpec shell(String script) {
        return ContainerSpec.of(IMAGE, "/bin/sh", "-c", script);
    }

    static ContainerSpec command(String... command) {
        return ContainerSpec.of(IMAGE, command);
    }

    static ContainerSpec limited(ContainerSpec spec, Resources resources) {
        return spec.but().resources(resources).build();
    }

    /** What the kernel has in a file of the one container that runs here. */
    String setting(String controller, String file) throws IOException {
        return Files.readString(group(controller).resolve(file)).strip();
    }

    /** The group of the one container that runs here. */
    Path group(String controller) throws IOException {
        return list(Path.of("/sys/fs/cgroup", controller, "gantry-test/gantry", node))
                .filter(path -> path.getFileName().toString().matches("s\\d{5}"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no container has a group of " + controller));
    }

    /** The disk that the host's folders are on, {@code 254:0}. */
    String disk() throws IOException {
        Path known = Path.of("/sys/dev/block", DeviceNumber.of((long) Files.getAttribute(folder, "unix:dev")).toString()).toRealPath();
        return Files.readString((Files.exists(known.resolve("partition")) ? known.getParent() : known).resolve("dev")).strip();
    }

    /** What is in the kernel or under the run folder though nothing of this host runs. Volumes with a size stay mounted. */
    List<String> leftovers() throws IOException {
        List<String> found = new ArrayList<>();
        for (String controller : CONTROLLERS) {
            list(Path.of("/sys/fs/cgroup", controller, "gantry-test/gantry", node)).filter(Files::isDirectory).forEach(path -> found.add(path.toString()));
        }
        list(settings.run()).forEach(path -> found.add(path.toString()));
        Files.readAllLines(Path.of("/proc/self/mounts")).stream().filter(line -> line.contains(folder.toString()) && !line.contains("/volumes/")).forEach(found::add);
        return found;
    }

    private static Stream<Path> list(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList().stream();
        }
    }

    /** The reader is the caller's to close. */
    LogReader log(ContainerId id, LogQuery query) throws IOException {
        return LogReader.open(runtime.folders().container(id), query, logWatch);
    }

    void awaitOutput(ContainerId id, String text) throws Exception {
        try (LogReader reader = log(id, LogQuery.ALL.following())) {
            for (Optional<LogLine> line = reader.next(); line.isPresent(); line = reader.next()) {
                if (new String(line.get().text(), StandardCharsets.UTF_8).contains(text)) {
                    return;
                }
            }
        }
        throw new AssertionError("'" + text + "' never came: " + output(id));
    }

    void awaitFile(Path file) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (!Files.exists(file)) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(file + " was not written");
            }
            Thread.onSpinWait();
        }
    }

    RunRequest request(ContainerId id, ContainerSpec spec) {
        return request(id, spec, 1, Optional.empty());
    }

    RunRequest request(ContainerId id, ContainerSpec spec, long run, Optional<Attachment> network) {
        return request(id, spec, run, network, layer);
    }

    RunRequest request(ContainerId id, ContainerSpec spec, List<VolumeMount> volumes) {
        return request(id, spec, 1, Optional.empty(), layer, volumes);
    }

    static RunRequest request(ContainerId id, ContainerSpec spec, long run, Optional<Attachment> network, Path layer) {
        return request(id, spec, run, network, layer, List.of());
    }

    static RunRequest request(
            ContainerId id, ContainerSpec spec, long run, Optional<Attachment> network, Path layer, List<VolumeMount> volumes) {
        ImageConfig config = new ImageConfig(null, null, Map.of("FROM_IMAGE", "1"), null, null, null, null, null, null, null);
        Digest digest = Digest.ofHex("ab".repeat(32));
        ResolvedImage image = new ResolvedImage(IMAGE, digest, digest, config, List.of(), "amd64", Bytes.ZERO, Instant.EPOCH);
        Desired.Container container =
                new Desired.Container(
                        id, "test", "box", new Owner.Person(), Desired.Life.RUNNING, run, null, spec, image, "SIGTERM",
                        Duration.ofSeconds(10), 0, false, volumes);
        return new RunRequest(container, run, List.of(new Layer.Folder(digest, layer)), network);
    }

    /** As it is when somebody has given it other limits. */
    static Desired.Container updated(Desired.Container c, Resources limits) {
        return new Desired.Container(
                c.id(), c.project(), c.name(), c.owner(), c.life(), c.run(), c.signal(), c.spec().but().resources(limits).build(), c.image(),
                c.stopSignal(), c.grace(), c.update() + 1, c.paused(), c.volumes());
    }

    /** Runs the script to its end. */
    Exit run(ContainerId id, ContainerSpec spec) throws Exception {
        runtime.start(request(id, spec));
        return awaitEnd(id);
    }

    Exit awaitEnd(ContainerId id) throws InterruptedException {
        while (true) {
            End end = ends.poll(20, TimeUnit.SECONDS);
            if (end == null) {
                throw new AssertionError("container " + id.shortForm() + " didn't end within 20 s");
            }
            if (end.id().equals(id)) {
                return end.exit();
            }
        }
    }

    /** What the container wrote, without the log's stamps. */
    String output(ContainerId id) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(runtime.folders().log(id))) {
            String[] parts = line.split(" ", 4);
            text.append(parts[3]).append(parts[2].equals("F") ? "\n" : "");
        }
        return text.toString();
    }

    @Override
    public void close() throws Exception {
        try (TestBridge _ = bridge;
                FolderWatch _ = logWatch) {
            runtime.close();
            boot(StepListener.NONE);
            runtime.recover();
            removeAll();
            runtime.close();
            new NodeVolumes(runtime.folders().volumes(), 0).unmountAll();
            for (String controller : CONTROLLERS) {
                Files.deleteIfExists(Path.of("/sys/fs/cgroup", controller, "gantry-test/gantry", node));
            }
            Trees.delete(folder);
        }
    }

    private void removeAll() throws IOException {
        try (var found = Files.list(settings.data().resolve("containers"))) {
            for (Path path : found.toList()) {
                runtime.remove(new ContainerId(path.getFileName().toString()));
            }
        }
    }
}
