package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.files.ContainerTree;
import io.gantry.agent.files.FilesRefusal;
import io.gantry.agent.files.TreeIntake;
import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.plan.SizeKeeper;
import io.gantry.agent.plan.Step;
import io.gantry.agent.plan.TreeStep;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.agent.size.SizedFolder;
import io.gantry.agent.volume.NodeVolumes;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sizes on a node whose data folder is on btrfs. */
@Timeout(120)
class BtrfsIT {
    private static final Random RANDOM = new Random();
    private static final long MIB = 1 << 20;
    private static final String WRITE = "dd if=/dev/zero of=%1$s/big bs=1M count=40 2>&1; sync; stat -c %%s %1$s/big";
    private final ContainerId id = TestHost.newId();
    private final VolumeId volume = new VolumeId(Ids.of("volume", Instant.now(), RANDOM));
    private BtrfsDisk disk;
    private TestHost host;

    @BeforeEach
    void boot() throws Exception {
        disk = new BtrfsDisk();
        host = TestHost.make(Grants.parse(List.of("seccomp:unconfined")), disk.root);
    }

    @AfterEach
    void close() throws Exception {
        try (BtrfsDisk _ = disk) {
            host.close();
        }
    }

    private static ContainerSpec limited(String script) {
        return TestHost.limited(TestHost.shell(script), Resources.limits().disk(Bytes.mebi(32)).build()).but().workingDir("/srv").build();
    }

    private VolumeMount sized(String target) {
        return new VolumeMount(volume, "data", null, target, false, true, false, Bytes.mebi(16));
    }

    private Path layer() {
        return host.runtime.folders().container(id).resolve("layer");
    }

    private Path data() {
        return host.runtime.folders().volumes().resolve(volume.value()).resolve("data");
    }

    private String run(ContainerSpec spec, VolumeMount... volumes) throws Exception {
        ContainerId one = TestHost.newId();
        host.runtime.start(host.request(one, spec, List.of(volumes)));
        host.awaitEnd(one);
        String output = host.output(one);
        host.runtime.remove(one);
        return output;
    }

    private void sweepVolumes() throws Exception {
        new NodeVolumes(host.runtime.folders().volumes(), 0).snapshot(1, 1, List.of());
        Instant deadline = Instant.now().plusSeconds(10);
        while (Files.exists(data().getParent()) && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(data().getParent()).doesNotExist();
    }

    @Test
    void aLayerTakesNoMoreThanItsSizeAndItsRemovalLeavesNothing() throws Exception {
        host.run(id, limited(WRITE.formatted("/srv")));
        assertThat(host.output(id)).contains("Disk quota exceeded");
        assertThat(Files.size(layer().resolve("upper/srv/big"))).isBetween(24 * MIB, 32 * MIB);
        assertThat(disk.group(layer()).limit()).isEqualTo(32 * MIB);
        assertThat(disk.group(layer()).bytes()).isBetween(24 * MIB, 32 * MIB);
        host.runtime.start(host.request(id, limited("ls /srv; rm /srv/big && echo again > /srv/file && cat /srv/file"), 2, Optional.empty()));
        host.awaitEnd(id);
        assertThat(host.output(id)).as("what is full is started, and can be emptied").endsWith("big\nagain\n");
        assertThat(disk.group(layer()).limit()).isEqualTo(32 * MIB);
        assertThat(host.runtime.explain(id).steps()).anyMatch(step -> step.call().contains("BTRFS_IOC_QGROUP_LIMIT, 33554432"));

        assertThat(disk.subvolumes()).hasSize(1);
        host.runtime.remove(id);
        assertThat(disk.subvolumes()).isEmpty();
        disk.awaitNothing();
        assertThat(Files.readString(Path.of("/proc/self/mounts")).lines().filter(line -> line.contains(host.folder.toString()))).isEmpty();
    }

    @Test
    void aVolumeTakesNoMoreThanItsSizeAndIsLetGoWithoutALeftover() throws Exception {
        assertThat(run(TestHost.shell(WRITE.formatted("/data")), sized("/data"))).contains("Disk quota exceeded");
        assertThat(Files.size(data().resolve("big"))).isBetween(8 * MIB, 16 * MIB);
        assertThat(run(TestHost.shell("ls /data; stat -c '%a %u' /data"), sized("/data"))).as("the next one's, too").isEqualTo("big\n755 0\n");
        assertThat(new NodeVolumes(host.runtime.folders().volumes(), 0).used().get(volume.value()).limitedBy()).startsWith("a btrfs subvolume with a quota group");
        assertThat(disk.subvolumes()).hasSize(1);
        sweepVolumes();
        assertThat(disk.subvolumes()).isEmpty();
        disk.awaitNothing();
    }

    @Test
    void nobodyInsideMakesASubvolumeThatIsNotCounted() throws Exception {
        HostileHost.compile(Path.of("src/test/c/quota.c"), host.layer.resolve("bin/quota"));
        String script = "quota subvolumes /data; ls /data";
        ContainerSpec usual = TestHost.shell(script);
        ContainerSpec unconfined = usual.but().security(new Security(null, null, null, null, true, null, null, null, null)).build();
        for (ContainerSpec spec : List.of(usual, unconfined)) {
            assertThat(run(spec, sized("/data")).lines()).hasSize(5).allMatch(line -> line.startsWith("refused: ") && line.endsWith("Operation not permitted"));
        }
        assertThat(disk.subvolumes()).hasSize(1);
        assertThat(HostileHost.run("sh", "-c", host.layer.resolve("bin/quota") + " subvolumes " + data() + "; true"))
                .as("who isn't kept from it makes four").contains("reached SUBVOL_CREATE\n", "reached SNAP_CREATE_V2\n");
        assertThat(disk.subvolumes()).hasSize(5);
        sweepVolumes();
        disk.awaitNothing();
    }

    @Test
    void aVolumesSizeHoldsForWhatTheImageHasThereAndForWhatIsSent() throws Exception {
        Path seed = Files.createDirectories(host.layer.resolve("seed"));
        Files.write(seed.resolve("large"), noise(24));
        assertThatThrownBy(() -> run(TestHost.shell("true"), sized("/seed"))).isInstanceOf(StartFailure.class).hasMessageContaining("EDQUOT");

        run(TestHost.shell("true"), sized("/data"));
        Path tar = sent();
        try (Fd folder = new LinuxSystemCalls().open(data().toString(), LinuxHeader.O_PATH | LinuxHeader.O_DIRECTORY, 0)) {
            assertThatThrownBy(() -> TreeIntake.unpack(folder, owner -> owner, true, new ByteArrayInputStream(Files.readAllBytes(tar))))
                    .isInstanceOf(FilesRefusal.class).hasMessageContaining("EDQUOT");
        }
    }

    /** A tar with more in it than a volume's size. */
    private Path sent() throws Exception {
        Path source = Files.createDirectory(host.folder.resolve("source"));
        Files.write(source.resolve("sent"), noise(24));
        Path tar = host.folder.resolve("sent.tar");
        HostileHost.run("tar", "-cf", tar.toString(), "-C", source.toString(), "sent");
        return tar;
    }

    private static byte[] noise(int mebibytes) {
        byte[] bytes = new byte[(int) (mebibytes * MIB)];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    @Test
    void saysByWhatItIsHeld() throws Exception {
        Running running = host.runtime.start(host.request(id, limited("sleep 100")));
        assertThat(running.applied().deviations())
                .containsExactly(new Observed.Deviation("resources.disk", "held by " + SizeKeeper.SUBVOLUME.what()));
        assertThat(host.runtime.explain(id).steps()).anyMatch(step -> step.title().equals("Let the writable layer be at most 32 MiB: a btrfs subvolume with a quota group"));
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void whatWasPutIntoItBeforeItsFirstStartIsThereAndCounts() throws Exception {
        RunRequest request = host.request(id, limited("cat /srv/sent; " + WRITE.formatted("/srv")));
        try (var layers = host.runtime.trees().layers(request.container(), request.layers())) {
            assertThat(layers.upper().path()).isNotEmpty();
        }
        assertThat(disk.subvolumes()).hasSize(1);
        Files.createDirectory(host.runtime.folders().upper(id).resolve("srv"));
        Files.writeString(host.runtime.folders().upper(id).resolve("srv/sent"), "sent before\n");
        host.run(id, request.container().spec());
        assertThat(host.output(id)).startsWith("sent before\n").contains("Disk quota exceeded");
        try (ContainerTree tree = host.runtime.trees().resting(request.container(), request.layers(), true)) {
            assertThat(disk.group(layer()).limit()).as("of what is full and reached into").isEqualTo(32 * MIB);
            assertThatThrownBy(() -> TreeIntake.unpack(tree, "/srv", true, new ByteArrayInputStream(Files.readAllBytes(sent()))))
                    .isInstanceOf(FilesRefusal.class).hasMessageContaining("EDQUOT");
        }
    }

    @Test
    void whatBeganInAFileStaysInOne() throws Exception {
        SizedFolder folder = host.runtime.folders().layer(id);
        Files.createDirectories(folder.place());
        assertThat(folder.keeper()).as("what would be chosen now").isEqualTo(SizeKeeper.SUBVOLUME);
        folder.limit(SizeKeeper.FILE, 32 * MIB);
        host.run(id, limited(WRITE.formatted("/srv")));
        assertThat(host.output(id)).contains("No space left on device");
        assertThat(disk.subvolumes()).isEmpty();
        host.runtime.remove(id);
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(id.value());
    }

    /** Of a container with a layer and a volume that have sizes; killed after each step that gives one. */
    @Test
    void anAgentKilledWhereASizeIsGivenLeavesNothing() throws Exception {
        host.runtime.close();
        List<Step> steps = ContainerPlanner.plan(Plans.input(host.settings, HaltingAgent.sized(host.folder, host.node, id), SizeKeeper.SUBVOLUME)).steps();
        int[] sizing = IntStream.range(0, steps.size()).filter(at -> steps.get(at) instanceof TreeStep.KeepToSize).toArray();
        assertThat(sizing).hasSize(3);
        for (int step : sizing) {
            ContainerId one = TestHost.newId();
            Process agent = HaltingAgent.spawn(host, "sized");
            try (OutputStream input = agent.getOutputStream()) {
                input.write((step + " " + one + "\n").getBytes(StandardCharsets.UTF_8));
            }
            assertThat(agent.waitFor()).as(Files.readString(host.folder.resolve("agent.log"))).isEqualTo(137);
            assertThat(disk.subvolumes()).isNotEmpty();
            host.boot(StepListener.NONE);
            assertThat(host.runtime.recover()).isEmpty();
            host.runtime.remove(one);
            new NodeVolumes(host.runtime.folders().volumes(), 0).snapshot(1, 1, List.of());
            Instant deadline = Instant.now().plusSeconds(10);
            while (!disk.subvolumes().isEmpty() && Instant.now().isBefore(deadline)) {
                Thread.onSpinWait();
            }
            disk.awaitNothing();
            host.runtime.close();
        }
    }

    /** Between any two calls of the deed itself: it is begun anew, or taken back. */
    @Test
    void aSubvolumeWithoutItsLimitGetsItAndOneWithoutAnAgentIsForgotten() throws Exception {
        SizedFolder folder = host.runtime.folders().layer(id);
        Files.createDirectories(folder.place().getParent());
        HostileHost.run("btrfs", "subvolume", "create", folder.place().toString());
        host.run(id, limited(WRITE.formatted("/srv")));
        assertThat(host.output(id)).contains("Disk quota exceeded");
        HostileHost.run("btrfs", "subvolume", "delete", folder.place().toString());
        host.runtime.close();
        host.boot(StepListener.NONE);
        host.runtime.recover();
        disk.awaitNothing();
    }
}
