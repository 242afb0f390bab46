package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.files.ContainerTree;
import io.gantry.agent.files.TreeArchive;
import io.gantry.agent.files.TreeIntake;
import io.gantry.agent.image.Layer;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.cgroup.HybridHierarchy;
import io.gantry.kernel.netlink.route.Link;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.probe.Feature;
import io.gantry.kernel.probe.Finding;
import io.gantry.kernel.probe.KernelReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The probes on this kernel, and containers on one that lacks what some of them use. */
@Timeout(60)
class KernelCheckIT {
    @AutoClose private final TestHost host = TestHost.make();

    @Test
    void findsAllThatIsNeededAndLeavesNothing() throws Exception {
        List<String> links = links();
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts"));
        KernelCheck.of(host.settings); // what is opened once for all
        int descriptors = descriptors();
        KernelReport report = KernelCheck.of(host.settings);
        assertThat(report.fit()).as(report.print()).isTrue();
        assertThat(links()).isEqualTo(links);
        assertThat(Files.readAllLines(Path.of("/proc/self/mounts"))).isEqualTo(mounts);
        assertThat(probeFolders(host.settings.data())).isEmpty();
        assertThat(probeFolders(Path.of("/sys/fs/cgroup/unified"))).isEmpty();
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void agentsThatStartTogetherDoNotDisturbEachOther() throws Exception {
        try (ExecutorService agents = Executors.newFixedThreadPool(4)) {
            Callable<KernelReport> check = () -> KernelCheck.of(host.settings);
            for (Future<KernelReport> report : agents.invokeAll(Collections.nCopies(60, check))) {
                assertThat(report.get().fit()).as(report.get().print()).isTrue();
            }
        }
        assertThat(probeFolders(host.settings.data())).isEmpty();
        assertThat(probeFolders(Path.of("/sys/fs/cgroup/unified"))).isEmpty();
    }

    @Test
    void needsNoDataFolder() throws Exception {
        var settings = new RuntimeSettings(
                host.folder.resolve("none/yet"), host.settings.run(), host.settings.firstId(), 1, host.settings.cgroups());
        assertThat(KernelCheck.of(settings).fit()).isTrue();
        assertThat(host.folder.resolve("none")).doesNotExist();
        assertThat(probeFolders(host.folder)).isEmpty();
    }

    @Test
    void aContainerThatUsesWhatIsMissingSaysWhatToDo() {
        HybridHierarchy there = (HybridHierarchy) host.settings.cgroups();
        // a mount without the controller: as on a host that doesn't give it
        Path lacking = host.folder.resolve("cg");
        mirror(there.mount(), lacking, "cpuset");
        boot(new HybridHierarchy(lacking.toString(), there.parent(), there.node(), "", "", there.extras()), Feature.CGROUP_CPUSET);
        ContainerId id = TestHost.newId();
        var bound = TestHost.limited(TestHost.shell("true"), Resources.limits().cpuset("0").build());
        assertThatThrownBy(() -> host.runtime.start(host.request(id, bound)))
                .isInstanceOfSatisfying(StartFailure.class, e -> {
                    assertThat(e.failure().step()).isEqualTo("make-cgroup");
                    assertThat(e.failure().errno()).isEqualTo(2);
                    assertThat(e.failure().detail()).contains("cpuset");
                    assertThat(e.failure().hint()).isEqualTo(Feature.CGROUP_CPUSET.remedy());
                });
    }

    @Test
    void goesWithoutLowerdirPlusForAsLongAsTheLayersFit() throws Exception {
        boot(host.settings.cgroups(), Feature.MANY_LAYERS, Feature.DETACHED_LAYERS);
        assertThat(host.run(TestHost.newId(), TestHost.shell("exit 3")).code()).isEqualTo(3);
        RunRequest few = host.request(TestHost.newId(), TestHost.shell("true"));
        List<Layer> many = Stream.generate(() -> few.layers().getFirst()).limit(36).toList(); // and the one of places
        assertThatThrownBy(() -> host.runtime.start(new RunRequest(few.container(), few.run(), many, Optional.empty())))
                .isInstanceOfSatisfying(StartFailure.class, e -> {
                    assertThat(e.failure().step()).isEqualTo("mount-overlay");
                    assertThat(e.failure().detail()).contains("37 layers");
                    assertThat(e.failure().hint()).isEqualTo(Feature.MANY_LAYERS.remedy());
                });
    }

    @Test
    void putsLayersAmongMountsOfItsOwnWhereTheKernelTakesNoDetachedOnes() throws Exception {
        boot(host.settings.cgroups(), Feature.DETACHED_LAYERS);
        ContainerId id = TestHost.newId();
        assertThat(host.run(id, TestHost.shell("cat /proc/self/mountinfo; exit 3")).code()).isEqualTo(3);
        assertThat(host.output(id)).contains("lowerdir").doesNotContain(host.folder + "/layer");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(" /dev/W ", host.folder + "/layer");
    }

    @Test
    void readsAndWritesWhatRestsOnSuchAKernel() throws Exception {
        boot(host.settings.cgroups(), Feature.MANY_LAYERS, Feature.DETACHED_LAYERS);
        RunRequest request = host.request(TestHost.newId(), TestHost.shell("echo run > /srv"));
        List<Layer> layers = new ArrayList<>(request.layers());
        while (layers.size() < 34) { // and the one of places, and the writable one
            Path layer = Files.createDirectories(host.folder.resolve("layer" + layers.size()));
            Files.writeString(layer.resolve("file"), "of " + layers.size());
            layers.add(new Layer.Folder(Digest.ofHex("%02x".formatted(layers.size()).repeat(32)), layer));
        }
        host.runtime.start(new RunRequest(request.container(), request.run(), layers, Optional.empty()));
        host.awaitEnd(request.container().id());
        try (ContainerTree tree = host.runtime.trees().resting(request.container(), layers, true)) {
            TreeIntake.unpack(tree, "/tmp", true, new ByteArrayInputStream(tar("put", "in")));
        }
        try (ContainerTree tree = host.runtime.trees().resting(request.container(), layers, false)) {
            assertThat(List.of(content(tree, "/file"), content(tree, "/srv"), content(tree, "/tmp/put"))).containsExactly("of 33", "run\n", "in");
        }
    }

    private static byte[] tar(String name, String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(TarEntry.file(name, 0644, 0, 0, content.length(), Instant.EPOCH), new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
        }
        return out.toByteArray();
    }

    private static String content(ContainerTree tree, String path) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TreeArchive.write(tree, path, out);
        TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        reader.next().orElseThrow();
        return new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void boot(io.gantry.kernel.cgroup.CgroupHierarchy cgroups, Feature... missing) {
        host.runtime.close();
        RuntimeSettings now = host.settings;
        host.boot(
                new RuntimeSettings(now.data(), now.run(), now.firstId(), now.ranges(), cgroups, now.logBytes(), now.logFiles(), 0),
                new KernelReport(Stream.of(missing).map(each -> (Finding) new Finding.Missing(each, 22, "no")).toList()));
    }

    private static void mirror(String mount, Path into, String without) {
        try (Stream<Path> controllers = Files.list(Path.of(mount))) {
            Files.createDirectories(into);
            for (Path controller : controllers.filter(path -> !path.endsWith(without)).toList()) {
                Files.createSymbolicLink(into.resolve(controller.getFileName()), controller);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> links() {
        try (RouteNetlink netlink = RouteNetlink.open(NetworkNamespace.current())) {
            return netlink.links().stream().map(Link::name).toList();
        }
    }

    /** Of this process: other agents of the machine may be probing now. */
    private static List<Path> probeFolders(Path in) throws IOException {
        try (Stream<Path> all = Files.list(in)) {
            return all.filter(path -> path.getFileName().toString().startsWith("gantry-probe-" + ProcessHandle.current().pid() + "-")).toList();
        }
    }

    private static int descriptors() {
        return new File("/proc/self/fd").list().length;
    }
}
