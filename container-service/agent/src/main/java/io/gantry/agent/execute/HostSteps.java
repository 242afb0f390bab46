package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import io.gantry.agent.plan.BundleStep;
import io.gantry.agent.plan.CableStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.MakerStep;
import io.gantry.agent.plan.RuntimeStep;
import io.gantry.agent.plan.Step;
import io.gantry.agent.plan.TreeStep;
import io.gantry.agent.size.SizedFolder;
import io.gantry.agent.volume.VolumeFolder;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.mount.DeviceFolder;
import io.gantry.kernel.mount.MappedTrees;
import io.gantry.kernel.mount.ServedFiles;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The host's steps, each as calls into the kernel rooms; undo is armed before the side effect. */
final class HostSteps {
    private static final int MOST_WORDS = 4096;
    private final SystemCalls calls;
    private final OwnerMaps owners;
    private final Cables cables;
    private final OverlayMounts overlays;
    private final Users users;
    private final Execution execution;

    HostSteps(SystemCalls calls, OwnerMaps owners, Cables cables, OverlayMounts overlays, Users users, Execution execution) {
        this.users = users;
        this.calls = calls;
        this.owners = owners;
        this.cables = cables;
        this.overlays = overlays;
        this.execution = execution;
    }

    void makeFolder(HostStep.MakeFolder step) {
        if (!step.kept()) {
            execution.onUndo(() -> Trees.delete(Path.of(step.path())));
        }
        try {
            calls.makeFolder(step.path(), step.mode());
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    void freshFolder(HostStep.FreshFolder step) {
        if (!step.kept()) {
            execution.onUndo(() -> Trees.delete(Path.of(step.path())));
        }
        Trees.delete(Path.of(step.path()));
        calls.makeFolder(step.path(), step.mode());
    }

    void writeFile(HostStep.WriteFile step) {
        write(step.path(), O_WRONLY | O_CREAT | O_TRUNC, step.mode(), step.content());
    }

    void makeCgroup(HostStep.MakeCgroup step) {
        execution.onUndo(() -> calls.removeFolder(step.path()));
        calls.makeFolder(step.path(), 0755);
    }

    void setLimit(HostStep.SetLimit step) {
        write(step.path() + "/" + step.setting().file(), O_WRONLY, 0, step.setting().value());
    }

    void mapOwners(TreeStep.MapOwners step) {
        execution.borrow(step.result(), owners.of(step.range()));
    }

    void spawnLauncher(LauncherStep.SpawnLauncher step) {
        new Launch(step.unified(), step.tasks(), step.target(), step.made() != 0, List.of()).run(calls, execution, Wire.begin(step));
    }

    void spawnMaker(RuntimeStep.SpawnMaker step) {
        new Launch(step.unified(), step.tasks(), 0, true, List.of()).run(calls, execution, Wire.begin(step));
    }

    void keepWords(RuntimeStep.KeepWords step) {
        execution.keep(step.result(), calls.memoryFile("gantry-words", new byte[0], false));
    }

    void lendProgram(RuntimeStep.LendProgram step) {
        execution.borrow(step.result(), execution.program());
    }

    void bundle(BundleStep step) {
        new BundleSteps(calls, execution).run(step);
    }

    void nameMonitor(LauncherStep.NameMonitor step) {
        List<Fd> fds = new ArrayList<>(List.of(folder(step.stateFolder()), folder(step.socketFolder())));
        step.held().forEach(handle -> fds.add(execution.get(handle)));
        execution.tell(Wire.name(step), fds);
    }

    void awaitMonitor() {
        Wire.Reply reply = execution.reply();
        if (reply.kind() != Wire.REPLY_LISTENS) {
            throw new LauncherRefusal(reply);
        }
    }

    private Fd folder(String path) {
        return execution.own(calls.open(path, O_RDONLY | O_DIRECTORY, 0));
    }

    void awaitFirstProcess() {
        Wire.Reply reply = execution.reply();
        if (reply.kind() != Wire.REPLY_CLONED) {
            throw new LauncherRefusal(reply);
        }
        execution.born(reply.pid());
    }

    void awaitMade() {
        Wire.Reply reply = execution.reply();
        if (reply.kind() != Wire.REPLY_MADE) {
            throw new LauncherRefusal(reply);
        }
        execution.born(reply.pid());
    }

    void cloneTree(TreeStep.CloneTree step) {
        int attributes = MOUNT_ATTR_NODEV | (step.readOnly() ? MOUNT_ATTR_RDONLY : 0);
        execution.keep(
                step.result(), new MappedTrees(calls).clone(step.path(), execution.get(step.owners()), attributes));
    }

    void cloneKernelTree(TreeStep.CloneKernelTree step) {
        Fd tree = calls.cloneTree(step.path());
        execution.keep(step.result(), tree);
        calls.setMount(tree, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | (step.readOnly() ? MOUNT_ATTR_RDONLY : 0));
    }

    void cloneHostFolder(TreeStep.CloneHostFolder step) {
        try (Fd granted = calls.open(step.granted(), O_PATH | O_DIRECTORY, 0);
                Fd folder = calls.openInRoot(granted, step.below(), O_PATH | O_DIRECTORY)) {
            Fd tree = calls.cloneAll(folder);
            execution.keep(step.result(), tree);
            calls.mapAllOwners(
                    tree, execution.get(step.owners()), step.readOnly() ? MOUNT_ATTR_RDONLY : 0,
                    step.propagation() == Mount.Bind.Propagation.RSLAVE ? MS_SLAVE : MS_PRIVATE);
        } catch (SyscallFailure e) {
            throw new SyscallFailure(e.call(), step.granted() + "/" + step.below(), e.errno());
        }
    }

    void mountOverlay(TreeStep.MountOverlay step) {
        List<Fd> lowers = step.lowers().stream().map(execution::get).toList();
        execution.keep(step.result(), overlays.mount(lowers, execution.get(step.writable()), step.synced(), step.devices() ? 0 : MOUNT_ATTR_NODEV));
    }

    void fillVolume(TreeStep.FillVolume step) {
        try (Fd image = calls.openInRoot(execution.get(step.root()), step.target(), O_RDONLY | O_DIRECTORY)) {
            VolumeFolder.of(Path.of(step.folder())).fill(image, step.range()::inside);
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                throw e;
            }
            // the image has nothing there
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void keepToSize(TreeStep.KeepToSize step) {
        try {
            new SizedFolder(Path.of(step.place()), Path.of(step.image())).limit(step.keeper(), step.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void makeScratch(TreeStep.MakeScratch step) {
        Fd scratch = mounted("tmpfs", Map.of("mode", "700", "size", Long.toString(step.size().value())));
        execution.keep(step.result(), scratch);
        calls.makeFolderAt(scratch, "work", 0755, 0);
        calls.makeFolderAt(scratch, "upper", 0755, step.owner());
        step.folders().forEach(name -> calls.makeFolderAt(scratch, "upper/" + name, 0755, step.owner()));
    }

    void makeFiles(TreeStep.MakeFiles step) {
        Fd folder = mounted("ramfs", Map.of("mode", "755"));
        execution.keep(step.folder(), folder);
        KeptFolder kept = new KeptFolder(Path.of(folder.path()));
        step.files().forEach(file -> kept.put(file, step.first(), execution.identity()));
        execution.keep(step.result(), new SecondMounts(calls).readOnly(folder));
    }

    private Fd mounted(String type, Map<String, String> options) {
        try (Fd context = calls.fsOpen(type)) {
            options.forEach((key, value) -> calls.fsSet(context, key, value));
            return calls.fsMount(context, 0);
        }
    }

    void makeDevices(TreeStep.MakeDevices step) {
        execution.keep(step.result(), new DeviceFolder(calls).make(step.owner()));
    }

    /** The monitor alone holds the device: what it serves goes with it. */
    void makeProcView(LauncherStep.MakeProcView step) {
        ServedFiles files = new ServedFiles(calls);
        List<Fd> fds = new ArrayList<>();
        try {
            fds.add(files.device());
            execution.keep(step.result(), files.mount(fds.getFirst()));
            step.groups().forEach(group -> fds.add(calls.open(group, O_RDONLY | O_DIRECTORY, 0)));
            execution.tell(Wire.view(step), fds);
        } finally {
            fds.forEach(Fd::close);
        }
    }

    void addDevice(TreeStep.AddDevice step) {
        new DeviceFolder(calls).add(execution.get(step.folder()), step.name(), step.device().major(), step.device().minor(), step.owner());
    }

    void resolveUser(LauncherStep.ResolveUser step) {
        execution.runAs(
                step.root() == null ? users.ofProcess(step, execution.firstProcess()) : users.ofContainer(step, execution.get(step.root())));
    }

    void writeIdMap(LauncherStep.WriteIdMap step) {
        write("/proc/" + execution.firstProcess() + "/" + step.kind(), O_WRONLY, 0, step.range().map());
    }

    void setOomScore(LauncherStep.SetOomScore step) {
        write("/proc/" + execution.firstProcess() + "/oom_score_adj", O_WRONLY, 0, Integer.toString(step.score()));
    }

    void makeVeth(CableStep.MakeVeth step) {
        execution.onUndo(() -> cables.unplug(step.name()));
        execution.keep(cables.make(step.name(), execution.firstProcess()));
    }

    void plugVeth(CableStep.PlugVeth step) {
        execution.onUndo(() -> cables.unplug(step.network().hostInterface()));
        execution.cable().plug(step.network());
    }

    void setAddress(CableStep.SetAddress step) {
        execution.cable().address(step.network());
    }

    void limitTraffic(CableStep.LimitTraffic step) {
        cables.limit(step.hostInterface(), execution.firstProcess(), rate(step.in()), rate(step.out()));
    }

    private static Long rate(Bytes perSecond) {
        return perSecond == null ? null : perSecond.value();
    }

    void send(LauncherStep.Message step) {
        execution.send(step);
    }

    void awaitExecuted() {
        Wire.Reply reply = execution.reply();
        if (reply.kind() != Wire.REPLY_STARTED) {
            throw new LauncherRefusal(reply);
        }
        execution.started(Instant.ofEpochSecond(0, reply.nanos()));
    }

    /** Which step failed: one of the first process's own, or this one. */
    StepFailure failure(Step step, RuntimeException cause) {
        if (execution.calledOff()) {
            return StepFailure.ended(step, Errno.ECANCELED, new Execution.CalledOff());
        }
        if (cause instanceof Execution.Late) {
            return StepFailure.ended(execution.insideStep().<Step>map(at -> at).orElse(step), Errno.ETIMEDOUT, cause);
        }
        if (!(cause instanceof LauncherRefusal refusal)) {
            return StepFailure.onHost(step, cause);
        }
        Wire.Reply reply = refusal.reply();
        List<InsideStep> inside = execution.plan().inside();
        if (reply.ofCommand()) {
            return StepFailure.inLauncher(inside.getLast(), inside.getLast().name(), reply.errno());
        }
        if (reply.operation() < 0 || reply.operation() >= inside.size()) {
            return StepFailure.inLauncher(step, reply.stage(), reply.errno());
        }
        InsideStep failed = inside.get(reply.operation());
        return switch (failed) {
            case MakerStep.Make make -> StepFailure.told(make, make.runtime().name(), words(make.words()));
            case MakerStep.Start start -> StepFailure.told(start, start.runtime().name(), words(start.words()));
            case InsideStep other -> StepFailure.inLauncher(other, other.name(), reply.errno());
        };
    }

    private String words(Handle file) {
        return new String(calls.readAt(execution.get(file), MOST_WORDS, 0), StandardCharsets.UTF_8).strip();
    }

    private void write(String path, int flags, int mode, String content) {
        try (Fd file = calls.open(path, flags, mode)) {
            calls.write(file, content.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The launcher said no; {@link #failure} tells to what. */
    private static final class LauncherRefusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Wire.Reply reply;

        LauncherRefusal(Wire.Reply reply) {
            super("the launcher answered " + reply);
            this.reply = reply;
        }

        Wire.Reply reply() {
            return reply;
        }
    }
}
