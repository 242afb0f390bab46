package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.volume.NodeVolumes;
import io.gantry.agent.volume.VolumeFolder;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.VolumeUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Volumes in real containers, and how they go. */
@Timeout(60)
class VolumesIT {
    private static final Random RANDOM = new Random();
    @AutoClose private static final TestHost host = TestHost.make();
    private final List<NodeVolumes> looking = new ArrayList<>();
    private ContainerId id = TestHost.newId();
    private VolumeId volume = newVolume();

    @BeforeAll
    static void seed() throws Exception {
        Path seed = Files.createDirectories(host.layer.resolve("var/lib/seed"));
        Files.setAttribute(seed, "unix:mode", 0700);
        Files.setAttribute(seed, "unix:uid", 33);
        Files.createDirectory(seed.resolve("deep"));
        Files.writeString(seed.resolve("deep/config"), "first");
        Files.setAttribute(seed.resolve("deep/config"), "unix:mode", 0640);
        Files.setAttribute(seed.resolve("deep/config"), "unix:gid", 34);
        Files.setLastModifiedTime(seed.resolve("deep/config"), FileTime.from(Instant.parse("2020-01-02T03:04:05Z")));
        Files.createLink(seed.resolve("same"), seed.resolve("deep/config"));
        Files.createSymbolicLink(seed.resolve("link"), Path.of("/etc/shadow"));
    }

    private static VolumeId newVolume() {
        return new VolumeId(Ids.of("volume", Instant.now(), RANDOM));
    }

    /** Or it would delete the volumes of the next test. */
    @AfterEach
    void lookNoMore() {
        looking.forEach(NodeVolumes::close);
    }

    private NodeVolumes volumes(long epoch) {
        NodeVolumes volumes = new NodeVolumes(host.runtime.folders().volumes(), epoch);
        looking.add(volumes);
        return volumes;
    }

    private VolumeMount at(String target) {
        return new VolumeMount(volume, "data", null, target, false, true, false);
    }

    private Path data() {
        return host.runtime.folders().volumes().resolve(volume.value()).resolve("data");
    }

    private String run(String script, VolumeMount... volumes) throws Exception {
        return run(TestHost.shell(script), volumes);
    }

    private String run(ContainerSpec spec, VolumeMount... volumes) throws Exception {
        id = TestHost.newId();
        host.runtime.start(host.request(id, spec, List.of(volumes)));
        host.awaitEnd(id);
        return host.output(id);
    }

    @Test
    void filesOutliveTheirContainerAndBelongToTheRightUserOnBothSides() throws Exception {
        run(TestHost.shell("echo kept > /data/file").but().user("0").build(), at("/data"));
        host.runtime.remove(id);
        assertThat(run("chmod 0777 /data; stat -c '%u %g' /data/file; cat /data/file", at("/data"))).isEqualTo("0 0\nkept\n");
        assertThat(run(TestHost.shell("id -u; echo x > /data/web; stat -c '%u %g' /data/web").but().user("web").build(), at("/data"))).isEqualTo("33\n33 34\n");
        assertThat(Files.getAttribute(data().resolve("web"), "unix:uid")).isEqualTo(33);
        assertThat(Files.getAttribute(data().resolve("file"), "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(data().getParent(), "unix:mode")).as("setuid files in it would be real outside").isEqualTo(040700);
    }

    @Test
    void anEmptyVolumeGetsWhatTheImageHasThere() throws Exception {
        String look = "stat -c '%n %a %u:%g' /var/lib/seed /var/lib/seed/deep/config; stat -c '%Y %h' /var/lib/seed/same; cat /var/lib/seed/deep/config; readlink /var/lib/seed/link";
        assertThat(run(look, at("/var/lib/seed")))
                .isEqualTo("/var/lib/seed 700 33:0\n/var/lib/seed/deep/config 640 0:34\n1577934245 2\nfirst/etc/shadow\n");
        assertThat(Files.getAttribute(data(), "unix:uid")).isEqualTo(33);
        assertThat(Files.isSymbolicLink(data().resolve("link"))).isTrue();
        assertThat(data().resolveSibling("filling")).doesNotExist();
    }

    @Test
    void whatIsInAVolumeStaysAndAVolumeWithoutCopyStaysEmpty() throws Exception {
        assertThat(run("rm -r /var/lib/seed/deep; ls /var/lib/seed", at("/var/lib/seed"))).isEqualTo("link\nsame\n");
        assertThat(run("ls /var/lib/seed", at("/var/lib/seed"))).isEqualTo("link\nsame\n");
        volume = newVolume();
        assertThat(run("ls /var/lib/seed | wc -l", new VolumeMount(volume, "data", null, "/var/lib/seed", false, false, false))).isEqualTo("0\n");
    }

    @Test
    void aCopyThatWasCutOffIsBegunAnew() throws Exception {
        Files.createDirectories(data());
        Files.writeString(data().resolve("half"), "");
        Files.writeString(data().resolveSibling("filling"), "");
        assertThat(run("ls /var/lib/seed", at("/var/lib/seed"))).isEqualTo("deep\nlink\nsame\n");
    }

    @Test
    void aReadOnlyVolumeIsWrittenByOthersOnly() throws Exception {
        VolumeMount readOnly = new VolumeMount(volume, "data", null, "/ro", true, true, false);
        assertThat(run("echo 1 > /rw/file; cat /ro/file; (echo 2 > /ro/file) 2>&1; cat /ro/file", at("/rw"), readOnly)).contains("Read-only file system").startsWith("1\n").endsWith("1\n");
    }

    @Test
    void manyWhoStartTogetherFindItFilledOnce() throws Exception {
        List<CompletableFuture<String>> all = java.util.stream.IntStream.range(0, 4)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> {
                    try {
                        ContainerId one = TestHost.newId();
                        host.runtime.start(host.request(one, TestHost.shell("cat /var/lib/seed/deep/config; sleep 1"), List.of(at("/var/lib/seed"))));
                        host.awaitOutput(one, "first");
                        return host.output(one);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }, task -> Thread.ofPlatform().start(task)))
                .toList();
        for (CompletableFuture<String> one : all) {
            assertThat(one.get()).contains("first");
        }
    }

    @Test
    void goesWhenACompleteViewLacksItAndNotBefore() throws Exception {
        run("echo x > /data/file", at("/data"));
        NodeId node = new NodeId(Ids.of("node", Instant.now(), RANDOM));
        StateKey key = new StateKey(node, "volume", volume.value());
        DesiredRecord record = new DesiredRecord(key, 1, 1, new Desired.Volume(volume, "default", "data"));
        NodeVolumes volumes = volumes(2);

        volumes.snapshot(1, 1, List.of());
        assertThat(data().resolve("file")).as("a snapshot of an older epoch").exists();
        volumes.snapshot(2, 2, List.of(record));
        assertThat(volumes.used()).containsEntry(volume.value(), new VolumeUse(new Bytes(2), null));
        volumes.change(1, new DesiredRecord(key, 2, 2, null));
        assertThat(volumes.find(volume).map(VolumeFolder::data)).as("a change of an older connection").contains(data());
        volumes.change(2, new DesiredRecord(key, 2, 2, null));
        Instant deadline = Instant.now().plusSeconds(10);
        while (Files.exists(data().getParent()) && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(data().getParent()).doesNotExist();
    }

    @Test
    void aVolumeThatIsAskedForBeforeItIsHeardOfIsWaitedFor() throws Exception {
        StateKey key = new StateKey(new NodeId(Ids.of("node", Instant.now(), RANDOM)), "volume", volume.value());
        NodeVolumes volumes = volumes(0);
        volumes.snapshot(1, 1, List.of());
        CompletableFuture<VolumeFolder> made = new CompletableFuture<>();
        Thread asking = Thread.ofPlatform().start(() -> {
            try {
                made.complete(volumes.make(volume));
            } catch (Exception e) {
                made.completeExceptionally(e);
            }
        });
        while (asking.getState() != Thread.State.TIMED_WAITING && !made.isDone()) {
            Thread.onSpinWait();
        }
        volumes.change(1, new DesiredRecord(key, 1, 1, new Desired.Volume(volume, "default", "data")));
        assertThat(made.get(10, TimeUnit.SECONDS).data()).isDirectory();
    }

    @Test
    void aVolumeWithASizeHoldsNoMoreAndIsLetGoWithoutALeftover() throws Exception {
        VolumeMount limited = new VolumeMount(volume, "data", null, "/var/lib/seed", false, true, false, Bytes.mebi(16));
        String fill = "ls /var/lib/seed; dd if=/dev/zero of=/var/lib/seed/big bs=64k count=400 2>&1; stat -c %u /var/lib/seed/big";
        assertThat(run(fill, limited)).startsWith("deep\nlink\nsame\n").contains("No space left on device").endsWith("0\n");
        assertThat(Files.size(data().resolve("big"))).isBetween(8L << 20, 16L << 20);
        assertThat(Files.size(data().resolveSibling("image"))).isEqualTo(16L << 20);
        assertThat(run("ls /var/lib/seed | grep -c big", limited)).as("mounted once for all its containers").isEqualTo("1\n");
        assertThat(mounts()).containsOnlyOnce(data().toString());

        NodeVolumes volumes = volumes(0);
        volumes.unmountAll();
        assertThat(data()).isEmptyDirectory();
        assertThat(volumes.find(volume).orElseThrow().used()).as("mounted again when it is asked for").isGreaterThan(8L << 20);
        volumes.snapshot(1, 1, List.of());
        Instant deadline = Instant.now().plusSeconds(10);
        while (Files.exists(data().getParent()) && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(data().getParent()).doesNotExist();
        assertThat(mounts()).doesNotContain(volume.value());
    }

    private static String mounts() throws Exception {
        return Files.readString(Path.of("/proc/self/mounts"));
    }
}
