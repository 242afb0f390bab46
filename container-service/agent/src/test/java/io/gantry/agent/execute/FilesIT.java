package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.disk.FreeRoom;
import io.gantry.agent.files.BoundedTar;
import io.gantry.agent.files.ContainerTree;
import io.gantry.agent.files.FilesRefusal;
import io.gantry.agent.files.LayerChanges;
import io.gantry.agent.files.LayerSize;
import io.gantry.agent.files.SentTar;
import io.gantry.agent.files.TreeArchive;
import io.gantry.agent.files.TreeIntake;
import io.gantry.agent.image.Layer;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerSize;
import io.gantry.contracts.view.PathStat;
import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in and out of containers that run, have ended or were never started; and what a hostile container can't do about it. */
@Timeout(60)
class FilesIT {
    private static final String SECRET = "the host's own";
    @AutoClose private static final TestHost host = TestHost.make();
    private static Path outside;
    private final ContainerId id = TestHost.newId();
    private List<VolumeMount> volumes = List.of();
    private ContainerSpec spec;
    private int pid;

    @BeforeAll
    static void makeOutside() throws Exception {
        outside = Files.createDirectories(host.folder.resolve("outside"));
        Files.writeString(outside.resolve("file"), SECRET);
    }

    private void start(String script) throws Exception {
        spec = TestHost.shell(script + "; echo ready; sleep 1000");
        pid = host.runtime.start(host.request(id, spec, volumes)).pid();
        host.awaitOutput(id, "ready");
    }

    private void end(String script) throws Exception {
        spec = TestHost.shell(script);
        host.runtime.start(host.request(id, spec, volumes));
        host.awaitEnd(id);
    }

    private ContainerTree resting(boolean toWrite) {
        return host.runtime.trees().resting(host.request(id, spec, volumes).container(), layers(), toWrite);
    }

    private static List<Layer> layers() {
        return TestHost.request(TestHost.newId(), TestHost.command("x"), 1, Optional.empty(), host.layer).layers();
    }

    private ContainerTree running() {
        return host.runtime.trees().running(id).orElseThrow();
    }

    private static Map<String, TarEntry> entries(byte[] tar) throws IOException {
        Map<String, TarEntry> entries = new TreeMap<>();
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            entries.put(next.get().name(), next.get());
        }
        return entries;
    }

    private static byte[] read(ContainerTree tree, String path) throws IOException {
        try (tree) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            TreeArchive.write(tree, path, out);
            return out.toByteArray();
        }
    }

    private static String content(ContainerTree tree, String path) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(read(tree, path)));
        reader.next().orElseThrow(() -> new FilesRefusal(ProblemType.NOT_FOUND, path, null));
        return new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static PathStat stat(ContainerTree tree, String path) throws IOException {
        try (tree) {
            return TreeArchive.stat(tree, path);
        }
    }

    private static byte[] tar(TarEntry entry, String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(entry, new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
        }
        return out.toByteArray();
    }

    private static byte[] file(String name, String content, int owner) throws IOException {
        return tar(TarEntry.file(name, 0640, owner, owner, content.length(), Instant.parse("2020-01-02T03:04:05Z")), content);
    }

    private static void write(ContainerTree tree, String path, byte[] tar) throws IOException {
        try (tree) {
            TreeIntake.unpack(tree, path, true, new ByteArrayInputStream(tar));
        }
    }

    @Test
    void aFileComesWithItsOwnerAndModeWhetherItRunsOrNot() throws Exception {
        String script = "mkdir -p /srv/deep; echo -n hello > /srv/deep/file; chmod 0640 /srv/deep/file; /bin/busybox chown 33:34 /srv/deep/file; ln -s file /srv/deep/link";
        start(script);
        Map<String, TarEntry> live = entries(read(running(), "/srv/deep"));
        assertThat(live.keySet()).containsExactly("deep", "deep/file", "deep/link");
        assertThat(live.get("deep/file")).extracting(TarEntry::uid, TarEntry::gid, TarEntry::mode, TarEntry::size).containsExactly(33L, 34L, 0640, 5L);
        assertThat(stat(running(), "/srv/deep/link")).extracting(PathStat::name, PathStat::linkTarget, PathStat::mode).containsExactly("link", "/srv/deep/file", 0120777);
        host.runtime.kill(id);
        host.awaitEnd(id);
        assertThat(entries(read(resting(false), "/srv/deep/"))).isEqualTo(live);
        assertThat(content(resting(false), "srv/../srv/deep/file")).isEqualTo("hello");
    }

    @Test
    void aFileGoesIntoAContainerThatRunsWithTheOwnerThatTheTarSays() throws Exception {
        start("mkdir -m 0700 /in");
        write(running(), "/in", file("new", "sent", 33));
        var look = host.runtime.exec(id, new io.gantry.contracts.spec.ExecSpec(List.of("sh", "-c", "stat -c '%u:%g %a %Y' /in/new; cat /in/new"), null, null, null, false, false));
        assertThat(new String(look.stdout().readAllBytes())).isEqualTo("33:33 640 1577934245\nsent");
    }

    @Test
    void whatCannotBeIsRefusedWhetherItRunsOrNot() throws Exception {
        start("true");
        String longName = "/" + "x".repeat(256);
        for (boolean live : List.of(true, false)) {
            assertThatThrownBy(() -> write(live ? running() : resting(true), "/tmp", file("x", "x", 65_536)))
                    .isInstanceOf(FilesRefusal.class).hasMessage("'x' belongs to 65536:65536; a container has the ids 0 to 65535");
            assertThatThrownBy(() -> write(live ? running() : resting(true), longName, file("x", "x", 0))).isInstanceOf(FilesRefusal.class).hasMessageEndingWith(longName);
            for (String path : List.of(longName, longName + "/x", "/tmp" + longName)) {
                assertThatThrownBy(() -> stat(live ? running() : resting(false), path)).isInstanceOf(FilesRefusal.class).hasMessageEndingWith(path);
            }
            if (live) {
                host.runtime.kill(id);
                host.awaitEnd(id);
            }
        }
    }

    @Test
    void whatIsGzippedBadlyIsNoTar() throws Exception {
        start("true");
        byte[] good = gzipped(file("x", "x", 0));
        for (byte[] bad : List.of(new byte[] {0x1f, (byte) 0x8b}, new byte[] {0x1f, (byte) 0x8b, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, Arrays.copyOf(good, good.length / 2))) {
            try (ContainerTree tree = running()) {
                assertThatThrownBy(() -> TreeIntake.unpack(tree, "/tmp", true, SentTar.open(new ByteArrayInputStream(bad), () -> Long.MAX_VALUE / 2)))
                        .isInstanceOf(FilesRefusal.class).hasMessageStartingWith("the body is no tar: what is gzipped is broken");
            }
        }
        try (ContainerTree tree = running()) {
            TreeIntake.unpack(tree, "/tmp", true, SentTar.open(new ByteArrayInputStream(good), () -> Long.MAX_VALUE / 2));
        }
        assertThat(content(running(), "/tmp/x")).isEqualTo("x");
    }

    private static byte[] gzipped(byte[] tar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(tar);
        }
        return out.toByteArray();
    }

    /** A file, then one that is said to have a tebibyte, and nothing but zeros from there on. */
    private static InputStream endless() throws IOException {
        ByteArrayOutputStream begin = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(begin);
        tar.add(TarEntry.file("whole", 0640, 0, 0, 4, Instant.EPOCH), new ByteArrayInputStream("here".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> tar.add(TarEntry.file("huge", 0640, 0, 0, 1L << 40, Instant.EPOCH), InputStream.nullInputStream())).isInstanceOf(TarFailure.class);
        return new SequenceInputStream(new ByteArrayInputStream(begin.toByteArray()), new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                return length;
            }
        });
    }

    @Test
    void aTarWithoutEndIsRefusedBeforeTheDiskIsFullAndLeavesNoHalfFile() throws Exception {
        start("mkdir -m 0700 /in; echo -n before > /in/huge");
        AtomicInteger looks = new AtomicInteger();
        FreeRoom.Disk disk = () -> looks.getAndIncrement() < 2 ? FreeRoom.LEFT.value() : FreeRoom.LEFT.value() / 2;
        try (ContainerTree tree = running()) {
            assertThatThrownBy(() -> TreeIntake.unpack(tree, "/in", true, new BoundedTar(endless(), disk)))
                    .isInstanceOf(FilesRefusal.class)
                    .hasMessageStartingWith("the archive is too large: 128 MiB of the node's disk are free, and at least 256 MiB are left; so far it had ");
        }
        assertThat(entries(read(running(), "/in")).keySet()).containsExactly("in", "in/huge", "in/whole");
        assertThat(content(running(), "/in/huge")).as("until there is a whole one").isEqualTo("before");
    }

    @Test
    void aFileGoesIntoAContainerThatWasNeverStartedAndIsThereWhenItStarts() throws Exception {
        spec = TestHost.shell("stat -c '%u' /etc/sent; cat /etc/sent /tmp/second");
        synchronized (host.runtime.trees().turn(id)) {
            write(resting(true), "/etc", file("sent", "before", 7));
            write(resting(true), "/tmp", file("second", "+again", 0));
        }
        assertThat(content(resting(false), "/etc/sent")).isEqualTo("before");
        host.runtime.start(host.request(id, spec, volumes));
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id)).isEqualTo("7\nbefore+again");
        assertThat(host.layer.resolve("etc/sent")).as("the image stays as it is").doesNotExist();
    }

    @Test
    void whatStandsInAVolumeIsReachedWithoutItsBeingMounted() throws Exception {
        volumes = List.of(new VolumeMount(new VolumeId(Ids.of("volume", Instant.now(), new Random())), "data", null, "/data", false, true, false));
        end("echo -n kept > /data/file");
        assertThat(content(resting(false), "/data/file")).isEqualTo("kept");
        write(resting(true), "/data", file("more", "x", 5));
        assertThat(entries(read(resting(false), "/data")).keySet()).containsExactly("data", "data/file", "data/more");
        start("cat /data/more; stat -c ' %u' /data/more");
        assertThat(host.output(id)).startsWith("x 5\n");
        assertThat(entries(read(running(), "/data")).keySet()).containsExactly("data", "data/file", "data/more");
    }

    /** As who sends files to a remote host does: {@code docker create -v /data}, {@code docker cp}. */
    @Test
    void aFileGoesIntoAVolumeThatNoContainerWasStartedWithYet() throws Exception {
        volumes = List.of(
                new VolumeMount(new VolumeId(Ids.of("volume", Instant.now(), new Random())), "data", null, "/data", false, true, true),
                new VolumeMount(new VolumeId(Ids.of("volume", Instant.now(), new Random())), "etc", null, "/etc", false, true, true),
                new VolumeMount(new VolumeId(Ids.of("volume", Instant.now(), new Random())), "small", null, "/small", false, true, true, Bytes.mebi(8)));
        spec = TestHost.shell("cat /data/sent /small/sent; id web; stat -c '%u' /data/sent; head -c 9000000 /dev/zero > /small/more");
        assertThat(stat(resting(false), "/data").mode()).isEqualTo(040755);
        write(resting(true), "/data", file("sent", "before", 7));
        write(resting(true), "/small", file("sent", "+small", 0));
        assertThat(content(resting(false), "/etc/passwd")).as("what the image has there").contains("web:");
        host.runtime.start(host.request(id, spec, volumes));
        assertThat(host.awaitEnd(id).code()).as("of who writes more than the volume takes").isOne();
        assertThat(host.output(id)).startsWith("before+smalluid=33(web) gid=34(web)").contains("\n7\n");
    }

    /** A start has made its folder and not filled it, or was killed as it filled it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aVolumeThatWasBegunAlreadyHasWhatTheImageHasAndKeepsWhatIsSent(boolean cutOff) throws Exception {
        volumes = List.of(new VolumeMount(new VolumeId(Ids.of("volume", Instant.now(), new Random())), "etc", null, "/etc", false, true, true));
        spec = TestHost.shell("id web; cat /etc/sent; ls /etc/half");
        Path volume = host.runtime.folders().volumes().resolve(volumes.getFirst().id().value());
        Files.createDirectories(volume.resolve("data"));
        if (cutOff) {
            Files.writeString(volume.resolve("filling"), "");
            Files.writeString(volume.resolve("data/half"), "");
        }
        write(resting(true), "/etc", file("sent", "sent", 0));
        host.runtime.start(host.request(id, spec, volumes));
        assertThat(host.awaitEnd(id).code()).as("of a look for what was cut off").isOne();
        assertThat(host.output(id)).startsWith("uid=33(web) gid=34(web)").contains("\nsent");
    }

    @Test
    void aTarThatLeadsToTheKernelsFoldersIsRefusedThere() throws Exception {
        Path tty = Path.of("/proc/tty"); // one for all of the host, whichever procfs it is seen through
        Object before = Files.getAttribute(tty, "unix:mode");
        start("ln -s /proc /through");
        try {
            for (String name : List.of("proc/tty", "through/tty", "etc/../proc/tty")) {
                byte[] folder = tar(TarEntry.folder(name, 0700, 0, 0, Instant.EPOCH), "");
                assertThatThrownBy(() -> write(running(), "/", folder)).as(name).isNotNull();
            }
            byte[] folder = tar(TarEntry.folder("through/tty", 0700, 0, 0, Instant.EPOCH), "");
            assertThatThrownBy(() -> write(running(), "/", folder)).isInstanceOf(FilesRefusal.class).hasMessage("/proc/tty is the kernel's, no file of the container");
            assertThat(Files.getAttribute(tty, "unix:mode")).isEqualTo(before);
        } finally {
            Files.setAttribute(tty, "unix:mode", (int) before & 07777);
            Files.setAttribute(tty, "unix:uid", 0);
            Files.setAttribute(tty, "unix:gid", 0);
        }
    }

    @Test
    void aReadOnlyRootIsNotWritten() throws Exception {
        spec = TestHost.shell("sleep 1000").but().readOnlyRoot(true).build();
        assertThatThrownBy(() -> write(resting(true), "/etc", file("x", "x", 0))).isInstanceOf(FilesRefusal.class).hasMessage("/etc is read-only in this container");
        host.runtime.start(host.request(id, spec, volumes));
        assertThatThrownBy(() -> write(running(), "/etc", file("x", "x", 0)))
                .isInstanceOfSatisfying(FilesRefusal.class, no -> assertThat(no.problem().status()).isEqualTo(403))
                .hasMessageContaining("EROFS");
    }

    @Test
    void whatCanNotBeIsRefusedByName() throws Exception {
        start("touch /file");
        assertThatThrownBy(() -> stat(running(), "/nothing")).hasMessage("there is no /nothing in the container");
        assertThatThrownBy(() -> stat(running(), "/nothing/below")).hasMessage("there is no /nothing/below in the container");
        assertThatThrownBy(() -> write(running(), "/file", file("x", "x", 0))).hasMessage("/file is no folder, or goes through what is none");
        assertThatThrownBy(() -> write(running(), "/", file("etc", "x", 0))).hasMessage("cannot overwrite directory with non-directory: 'etc'");
        assertThatThrownBy(() -> write(running(), "/", tar(TarEntry.folder("file", 0755, 0, 0, Instant.EPOCH), ""))).hasMessage("cannot overwrite non-directory with directory: 'file'");
        byte[] device = tar(new TarEntry("sda", TarEntry.Kind.BLOCK_DEVICE, 0600, 0, 0, 0, Instant.EPOCH, "", 8, 0, Map.of()), "");
        assertThatThrownBy(() -> write(running(), "/tmp", device)).hasMessage("'sda' is a device, and a container makes none");
        assertThatThrownBy(() -> write(running(), "/tmp", "no tar at all".repeat(99).getBytes(StandardCharsets.UTF_8))).hasMessageStartingWith("the body is no tar");
        assertThatThrownBy(() -> write(running(), "/tmp", file("../../up", "x", 0))).isInstanceOf(FilesRefusal.class).hasMessageContaining("climbs out by ..");
    }

    @Test
    void filesOfTheKernelAreNotTakenForTheContainers() throws Exception {
        start("ln -s /proc /way; ln -s /proc/1/root /root1");
        for (String path : List.of("/proc/kmsg", "/way/kmsg", "/sys/kernel/mm", "/dev/null")) {
            assertThatThrownBy(() -> stat(running(), path)).as(path).hasMessageEndingWith("is the kernel's, no file of the container");
        }
        assertThatThrownBy(() -> write(running(), "/way/sys", file("x", "x", 0))).hasMessage("/way/sys is the kernel's, no file of the container");
        assertThatThrownBy(() -> stat(running(), "/root1/etc")).isInstanceOf(FilesRefusal.class);
        assertThat(entries(read(running(), "/proc")).keySet()).containsExactly("proc");
    }

    /** As CVE-2018-15664 and its like: what a reader that takes paths for what they say would do is tried first. */
    @Test
    void aLinkLeadsNowhereElseThanTheContainerItself() throws Exception {
        String up = "../".repeat(20);
        start("ln -s " + outside + " /absolute; ln -s " + up + outside.toString().substring(1) + " /climbing");
        Path root = Path.of("/proc/" + pid + "/root");
        assertThat(root.resolve("absolute/file")).as("a naive reader is led out").hasContent(SECRET);
        assertThat(host.runtime.folders().upper(id).resolve("climbing/file")).as("a naive reader of the layer is led out").hasContent(SECRET);

        for (String link : List.of("/absolute", "/climbing")) {
            assertThatThrownBy(() -> content(running(), link + "/file")).as(link).hasMessageStartingWith("there is no " + link);
            assertThatThrownBy(() -> write(running(), link, file("written", "x", 0))).as(link).hasMessageStartingWith("there is no " + link);
            assertThat(entries(read(running(), link)).get(link.substring(1)).kind()).isEqualTo(TarEntry.Kind.SYMBOLIC_LINK);
        }
        // a tar that brings a link and then goes through it
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(TarEntry.link("way", outside.toString(), 0, 0, Instant.EPOCH));
            tar.add(TarEntry.file("way/written", 0644, 0, 0, 1, Instant.EPOCH), new ByteArrayInputStream(new byte[1]));
        }
        assertThatThrownBy(() -> write(running(), "/tmp", out.toByteArray())).isInstanceOf(FilesRefusal.class);
        host.runtime.kill(id);
        host.awaitEnd(id);
        for (String link : List.of("/absolute", "/climbing")) {
            assertThatThrownBy(() -> content(resting(false), link + "/file")).as(link).hasMessageStartingWith("there is no " + link);
            assertThatThrownBy(() -> write(resting(true), link, file("written", "x", 0))).as(link).hasMessageStartingWith("there is no " + link);
        }
        assertThat(outside).isDirectoryNotContaining("glob:**written");
    }

    /** The container changes a folder into a link and back, as fast as it can, while it is looked at. */
    @Test
    void aFolderThatBecomesALinkMeanwhileLeadsNowhereElse() throws Exception {
        start("mkdir /swap /swap/dir; echo -n mine > /swap/dir/file; cd /swap; (while true; do mv dir real; ln -s " + outside + " dir; rm dir; mv real dir; done) 2>/dev/null & true");
        Path naive = Path.of("/proc/" + pid + "/root/swap/dir");
        Instant deadline = Instant.now().plusSeconds(40);
        boolean led = false;
        int seen = 0;
        for (int round = 0; (!led || seen < 200) && Instant.now().isBefore(deadline); round++) {
            led = led || naivelyLedOut(naive);
            try {
                assertThat(content(running(), "/swap/dir/file")).isEqualTo("mine");
                seen++;
            } catch (FilesRefusal | java.nio.file.NoSuchFileException gone) {
                // a link that leads nowhere in the container, or nothing just now
            }
            try {
                Map<String, TarEntry> all = entries(read(running(), "/swap"));
                assertThat(all.values()).noneMatch(entry -> entry.name().endsWith("/file") && entry.size() != 4);
                write(running(), "/swap/dir", file("written", "x", 0));
            } catch (FilesRefusal | java.nio.file.NoSuchFileException gone) {
                // likewise
            }
        }
        assertThat(led).as("a reader that looks first and then opens by the path is led out sooner or later").isTrue();
        assertThat(seen).isGreaterThan(100);
        assertThat(outside).isDirectoryNotContaining("glob:**written");
    }

    private static boolean naivelyLedOut(Path folder) {
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && Files.readString(folder.resolve("file")).equals(SECRET)
                    || !Files.isSymbolicLink(folder) && Files.readString(folder.resolve("file")).equals(SECRET);
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void tellsWhatAContainerHasChanged() throws Exception {
        Path there = Files.createDirectories(host.layer.resolve("opt/old"));
        Files.writeString(there.resolve("one"), "1");
        Files.writeString(there.resolve("two"), "2");
        start("echo x > /new; rm /etc/group; chmod 600 /etc/passwd; rm -r /opt/old; mkdir /opt/old; touch /opt/old/two; mkdir /made; touch /made/in");
        try (ContainerTrees.Layers both = host.runtime.trees().layers(host.request(id, spec, volumes).container(), layers())) {
            assertThat(LayerChanges.of(new LinuxSystemCalls(), both.upper(), both.image()).stream().map(change -> change.kind().name().charAt(0) + " " + change.path()))
                    .containsExactly(
                            "C /etc", "D /etc/group", "C /etc/passwd", "A /made", "A /made/in", "A /new", "C /opt", "C /opt/old", "D /opt/old/one", "C /opt/old/two");
        }
    }

    /** A file with two names once; neither links and folders nor what is gone. */
    @Test
    void tellsHowMuchAContainerHasWritten() throws Exception {
        start("head -c 5000 /dev/zero > /five; ln /five /again; printf xyz > /three; rm /etc/group; mkdir /empty; ln -s five /link");
        Desired.Container container = host.request(id, spec, volumes).container();
        try (ContainerTrees.Layers both = host.runtime.trees().layers(container, layers())) {
            ContainerSize size = LayerSize.of(both.upper(), container.image());
            assertThat(size.written()).isEqualTo(new Bytes(5003));
            assertThat(size.files()).isEqualTo(2);
            assertThat(size.image().value()).isEqualTo(container.image().layers().stream().mapToLong(layer -> layer.size().value()).sum());
        }
    }

    /** Each of these descriptors holds a mount that nobody sees; an agent has them until it ends. */
    @Test
    void whatCantBeOpenedWhollyIsClosedWholly() throws Exception {
        volumes = List.of(new VolumeMount(new VolumeId("volume-00000000-0000-7000-8000-000000000001"), "data", null, "/data", false, true, false),
                new VolumeMount(new VolumeId("volume-00000000-0000-7000-8000-000000000002"), "more", null, "/more", false, true, false));
        end("true");
        String second = volumes.getLast().id().value();
        assertThat(leftOpen(trees -> trees.resting(host.request(id, spec, volumes).container(), layers(), true), "open", second)).isEmpty();
        Layer missing = new Layer.Folder(Digest.ofHex("cd".repeat(32)), host.folder.resolve("missing"));
        List<Layer> three = List.of(layers().getFirst(), layers().getFirst(), missing);
        assertThat(leftOpen(trees -> trees.layers(host.request(id, spec, volumes).container(), three), "nothing")).isEmpty();
        assertThat(leftOpen(trees -> trees.layers(host.request(id, spec, volumes).container(), List.of(layers().getFirst(), layers().getFirst())), "fsMount")).isEmpty();
    }

    private static List<Fd> leftOpen(Consumer<ContainerTrees> work, String... refused) {
        CountedCalls counted = new CountedCalls(refused);
        SystemCalls calls = counted.calls();
        OverlayMounts overlays = new OverlayMounts(calls, OverlayMounts.Layers.ONE_BY_ONE, OverlayMounts.Source.DETACHED);
        ContainerTrees trees = new ContainerTrees(calls, host.runtime.folders(), overlays, new Watch(calls, null, null, null, null, null), host.settings);
        assertThatThrownBy(() -> work.accept(trees)).isInstanceOf(SyscallFailure.class);
        assertThat(counted.anyWereGiven()).isTrue();
        return counted.open();
    }

    @Test
    void nothingMovesWhileALayerIsRead() throws Exception {
        start("echo x > /count; (while true; do echo x >> /count; done) & true");
        Path count = host.runtime.folders().upper(id).resolve("count");
        long[] sizes = new long[2];
        host.runtime.trees().still(id, () -> {
            sizes[0] = Files.size(count);
            Instant later = Instant.now().plusMillis(100);
            while (Instant.now().isBefore(later)) {
                Thread.onSpinWait();
            }
            sizes[1] = Files.size(count);
        });
        assertThat(sizes[1]).isEqualTo(sizes[0]);
        assertGoesOn(count);
    }

    @Test
    void aCopyThatOutlastsItsContainerLetsNoOtherGoOn() throws Exception {
        try (TestHost own = TestHost.make()) {
            own.runtime.start(own.request(id, TestHost.shell("sleep 1000")));
            own.runtime.trees().still(id, () -> {
                own.runtime.remove(id);
                startPaused(own, TestHost.newId());
            });
            assertThat(own.group("unified").getFileName()).as("both had the only slot that is in use").hasToString(ContainerRecord.slotName(0));
            assertThat(own.setting("unified", "cgroup.events")).contains("frozen 1");
        }
    }

    private static void startPaused(TestHost own, ContainerId other) {
        try {
            own.runtime.start(own.request(other, TestHost.shell("sleep 1000")));
        } catch (StartFailure e) {
            throw new AssertionError(e);
        }
        own.runtime.pause(other);
    }

    @Test
    void aRemovalWaitsForWhoeverIsAtItsFiles() throws Exception {
        end("true");
        Path folder = host.runtime.folders().container(id);
        CompletableFuture<Void> removal;
        synchronized (host.runtime.trees().turn(id)) {
            removal = CompletableFuture.runAsync(() -> host.runtime.remove(id));
            assertThat(removal.handle((_, _) -> "").completeOnTimeout("waits", 200, TimeUnit.MILLISECONDS).join()).isEqualTo("waits");
            assertThat(folder).exists();
        }
        removal.join();
        assertThat(folder).doesNotExist();
    }

    @Test
    void whatAnAgentLeftOnItsWayGoes() throws Exception {
        Path spool = Files.writeString(host.runtime.folders().spools().resolve("incoming-1.tar"), "half");
        host.runtime.close();
        host.boot(StepListener.NONE);
        host.runtime.recover();
        assertThat(spool).doesNotExist();
    }

    /** An agent that is killed just then leaves its mark; the next one lets the container go on. */
    @Test
    void whatAnAgentLeftStandingGoesOn() throws Exception {
        start("echo x > /count; (while true; do echo x >> /count; done) & true");
        Path freeze = Path.of(host.settings.cgroups().unified(ContainerRecord.slotName(slot())), "cgroup.freeze");
        Files.writeString(host.runtime.folders().container(id).resolve("standing"), "");
        Files.writeString(freeze, "1");
        host.runtime.close();
        host.boot(StepListener.NONE);
        host.runtime.recover();
        assertThat(freeze).hasContent("0");
        assertGoesOn(host.runtime.folders().upper(id).resolve("count"));
    }

    private int slot() throws IOException {
        String groups = Files.readString(Path.of("/proc/" + pid + "/cgroup"));
        return Integer.parseInt(groups.replaceAll("(?s).*/s(\\d{5})\n.*", "$1"));
    }

    private static void assertGoesOn(Path file) throws IOException {
        long size = Files.size(file);
        Instant deadline = Instant.now().plusSeconds(10);
        while (Files.size(file) == size && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(Files.size(file)).isGreaterThan(size);
    }

    @Test
    void theWholeRootGoesOutWithoutWhatIsMounted() throws Exception {
        volumes = List.of(new VolumeMount(new VolumeId(Ids.of("volume", Instant.now(), new Random())), "data", null, "/data", false, true, false));
        start("echo x > /data/not; echo -n y > /made");
        for (boolean live : List.of(true, false)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ContainerTree tree = live ? running() : resting(false)) {
                TreeArchive.export(tree, out);
            }
            Map<String, TarEntry> entries = entries(out.toByteArray());
            assertThat(entries.keySet()).contains(".", "bin/busybox", "etc/passwd", "made", "data", "proc").noneMatch(name -> name.matches("(data|proc|sys|dev)/.*"));
            assertThat(entries.get("made").uid()).isZero();
            if (live) {
                host.runtime.kill(id);
                host.awaitEnd(id);
            }
        }
    }
}
