package io.gantry.agent.execute;

import static io.gantry.agent.execute.GuestMain.holds;
import static io.gantry.agent.execute.GuestMain.same;

import io.gantry.agent.plan.SizeKeeper;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.agent.size.SizedFolder;
import io.gantry.agent.volume.NodeVolumes;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.quota.ProjectQuotas;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Sizes on a node whose data folder is on a file system with project quotas. */
final class GuestQuotas {
    private static final Random RANDOM = new Random();
    private static final long MIB = 1 << 20;
    private static final String WRITE = "dd if=/dev/zero of=%1$s/big bs=1M count=40 2>&1; stat -c %%s %1$s/big";
    private final ProjectQuotas quotas = new ProjectQuotas(new LinuxSystemCalls());
    private final Path ground;
    private final KernelReport kernel;
    private TestHost host;

    GuestQuotas(Path ground, KernelReport kernel) {
        this.ground = ground;
        this.kernel = kernel;
    }

    void all(GuestMain guest) throws Exception {
        String of = "Of" + ground.getFileName();
        host = TestHost.make(Grants.NONE, ground);
        host.runtime.close();
        host.boot(host.settings, kernel);
        guest.check("choosesTheProjectQuotas" + of, this::choice);
        guest.check("aLayerTakesNoMoreThanItsSizeByAProject" + of, this::layer);
        guest.check("aVolumeTakesNoMoreThanItsSizeByAProject" + of, this::volume);
        guest.check("aVolumeTakesNoMoreEmptyFilesThanFullOnes" + of, this::files);
        guest.check("nobodyInsideLeavesHisProject" + of, this::escape);
        guest.check("aVolumesSizeHoldsForWhatTheImageHasThere" + of, this::fill);
        guest.check("aProjectWithoutItsLimitGetsIt" + of, this::crash);
        guest.check("theScriptMakesTheSameProject" + of, this::script);
        guest.check("aFolderOfSomebodysProjectStaysInIt" + of, this::taken);
        host.close();
        guest.check("leavesNothingBehind" + of, this::nothingLeft);
    }

    private void choice() {
        same(quotas.state(ground.toString()), ProjectQuotas.State.ENFORCED);
        same(quotas.state("/tmp"), ProjectQuotas.State.NONE);
    }

    private static ContainerSpec limited(String script) {
        return TestHost.limited(TestHost.shell(script), Resources.limits().disk(Bytes.mebi(32)).build()).but().workingDir("/srv").build();
    }

    private static VolumeMount sized(String target) {
        return new VolumeMount(new VolumeId(Ids.of("volume", Instant.now(), RANDOM)), "data", null, target, false, true, false, Bytes.mebi(16));
    }

    private Path data(VolumeMount volume) {
        return host.runtime.folders().volumes().resolve(volume.id().value()).resolve("data");
    }

    private Path layer(ContainerId id) {
        return host.runtime.folders().container(id).resolve("layer");
    }

    private String run(ContainerSpec spec, VolumeMount... volumes) throws Exception {
        ContainerId id = TestHost.newId();
        try {
            host.runtime.start(host.request(id, spec, List.of(volumes)));
            host.awaitEnd(id);
            return host.output(id);
        } finally {
            host.runtime.remove(id);
        }
    }

    /** ext4 says the one, xfs the other. */
    private static void full(String output) {
        holds(output.contains("Disk quota exceeded") || output.contains("No space left on device"), output);
    }

    private static void about(long bytes, long mebibytes) {
        holds(bytes > (mebibytes - 2) * MIB && bytes <= mebibytes * MIB, bytes + " bytes of " + mebibytes + " MiB");
    }

    private int project(Path folder) {
        int project = quotas.project(folder.toString());
        holds(project >= 0x40000000, "project " + project + " of " + folder);
        return project;
    }

    /** xfs counts what is gone a moment longer. */
    private void awaitNothing(int project) {
        ProjectQuotas.Usage nothing = new ProjectQuotas.Usage(0, 0, 0);
        Instant deadline = Instant.now().plusSeconds(20);
        while (!quotas.usage(ground.toString(), project).equals(nothing) && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        same(quotas.usage(ground.toString(), project), nothing);
    }

    private void sweep(VolumeMount volume) {
        sweep(data(volume).getParent());
    }

    private void sweep(Path folder) {
        new NodeVolumes(host.runtime.folders().volumes(), 0).snapshot(1, 1, List.of());
        Instant deadline = Instant.now().plusSeconds(30);
        while (Files.exists(folder) && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        holds(!Files.exists(folder), "the volume is there");
    }

    private void layer() throws Exception {
        ContainerId id = TestHost.newId();
        Running running = host.runtime.start(host.request(id, limited(WRITE.formatted("/srv") + "; df -m / | tail -1")));
        same(running.applied().deviations().getFirst().detail(), "held by a project quota of the node's file system");
        host.awaitEnd(id);
        full(host.output(id));
        about(Files.size(layer(id).resolve("upper/srv/big")), 32);
        holds(host.output(id).lines().reduce((_, last) -> last).orElseThrow().matches(".* 32 .* 100% /"), "df says " + host.output(id));
        int project = project(layer(id));
        same(quotas.usage(ground.toString(), project).limitBytes(), 32 * MIB);
        host.runtime.start(host.request(id, limited("rm /srv/big && echo again > /srv/file && cat /srv/file"), 2, Optional.empty()));
        host.awaitEnd(id);
        holds(host.output(id).endsWith("again\n"), "what is full is started, and can be emptied: " + host.output(id));
        holds(host.runtime.explain(id).steps().stream().anyMatch(step -> step.title().endsWith(": a project of its own, with a quota of the file system")), "explained");
        host.runtime.remove(id);
        awaitNothing(project);
    }

    private void volume() throws Exception {
        VolumeMount volume = sized("/data");
        full(run(TestHost.shell(WRITE.formatted("/data")), volume));
        about(Files.size(data(volume).resolve("big")), 16);
        same(run(TestHost.shell("ls /data; rm /data/big; stat -c '%a %u' /data"), volume), "big\n755 0\n");
        same(new NodeVolumes(host.runtime.folders().volumes(), 0).used().get(volume.id().value()).limitedBy(), SizeKeeper.PROJECT.what());
        int project = project(data(volume));
        same(quotas.usage(ground.toString(), project).limitBytes(), 16 * MIB);
        sweep(volume);
        awaitNothing(project);
    }

    private void files() throws Exception {
        VolumeMount volume = sized("/data");
        String made = run(TestHost.shell("i=0; while [ $i -lt 5000 ]; do true > /data/$i || break; i=$((i+1)); done 2>&1; echo; echo made $i"), volume);
        full(made);
        holds(made.contains("made 4095"), made);
        sweep(volume);
    }

    private void escape() throws Exception {
        Files.copy(Path.of("/bin/quota"), host.layer.resolve("bin/quota"), StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        VolumeMount volume = sized("/data");
        String tried = run(TestHost.shell("mkdir /data/below; quota projects /data/below; echo ended $?"), volume);
        holds(tried.startsWith("in a project: yes\n") && !tried.contains("reached") && tried.contains("refused: to leave its project") && tried.endsWith("ended 0\n"), tried);
        String rooted = run(limited("mkdir /srv/below; quota projects /srv/below; echo ended $?"));
        holds(!rooted.contains("reached") && rooted.endsWith("ended 0\n"), rooted);
        String full = run(limited("quota projects / > /dev/null; " + WRITE.formatted("/srv")));
        full(full);
        sweep(volume);
    }

    private void fill() throws Exception {
        Path seed = Files.createDirectories(host.layer.resolve("seed"));
        byte[] large = new byte[(int) (24 * MIB)];
        RANDOM.nextBytes(large);
        Files.write(seed.resolve("large"), large);
        VolumeMount volume = sized("/seed");
        try {
            run(TestHost.shell("true"), volume);
            throw new AssertionError("it was started");
        } catch (StartFailure e) {
            holds(e.getMessage().contains("EDQUOT") || e.getMessage().contains("ENOSPC"), e.getMessage());
        }
        Files.delete(seed.resolve("large"));
        sweep(volume);
    }

    /** An agent killed between the two calls. */
    private void crash() throws Exception {
        VolumeMount volume = sized("/data");
        Files.createDirectories(data(volume));
        quotas.assign(data(volume).toString(), 0x40000001);
        full(run(TestHost.shell(WRITE.formatted("/data")), volume));
        same(project(data(volume)), 0x40000001);
        // and one killed in the middle of its removal
        Path gone = data(volume).getParent().resolveSibling(".gone-" + volume.id());
        Files.move(data(volume).getParent(), gone);
        sweep(gone);
        awaitNothing(0x40000001);
    }

    private void script() throws Exception {
        ContainerId id = TestHost.newId();
        host.run(id, limited("true"));
        String script = host.runtime.script(id);
        holds(script.contains("kernel 'project(@ARGV)' ${FOLDER}/layer 33554432"), script);
        int begin = script.indexOf("package Kernel;");
        Path module = Files.writeString(host.folder.resolve("Kernel.pm"), script.substring(begin, script.indexOf("\nEOF\n", begin)) + "\n");
        Path byHand = Files.createDirectory(host.folder.resolve("byhand"));
        String said = GuestMain.shell("perl -I" + module.getParent() + " -MKernel -e 'project(@ARGV)' " + byHand + " 33554432");
        same(said, "");
        same(quotas.usage(ground.toString(), project(byHand)).limitBytes(), 32 * MIB);
        same(project(Files.createDirectory(byHand.resolve("below"))), project(byHand));
        quotas.limit(ground.toString(), project(byHand), 0, 0);
        host.runtime.remove(id);
    }

    private void taken() throws Exception {
        Path folder = Files.createDirectory(host.folder.resolve("quota-of-somebody"));
        quotas.assign(folder.toString(), 7);
        Path place = Files.createDirectory(folder.resolve("layer"));
        same(quotas.project(place.toString()), 7);
        same(new SizedFolder(place, folder.resolve("layer.image")).keeper(), SizeKeeper.FILE);
    }

    private void nothingLeft() throws Exception {
        try (var found = Files.list(ground)) {
            same(found.map(Path::getFileName).map(Path::toString).filter(name -> !name.equals("lost+found")).toList(), List.of());
        }
    }
}
