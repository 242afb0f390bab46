package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import io.gantry.agent.plan.TreeStep;
import io.gantry.agent.size.SizedFolder;
import io.gantry.agent.volume.VolumeFolder;
import io.gantry.contracts.spec.Mount;
import io.gantry.kernel.mount.DeviceFolder;
import io.gantry.kernel.mount.MappedTrees;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The trees that a container is to see: made ready, and held by their descriptors, for they are mounted nowhere as yet. */
final class TreeSteps {
    private final SystemCalls calls;
    private final OwnerMaps owners;
    private final OverlayMounts overlays;
    private final Execution execution;

    TreeSteps(SystemCalls calls, OwnerMaps owners, OverlayMounts overlays, Execution execution) {
        this.calls = calls;
        this.owners = owners;
        this.overlays = overlays;
        this.execution = execution;
    }

    void run(TreeStep step) {
        switch (step) {
            case TreeStep.MapOwners(var range, var result) -> execution.borrow(result, owners.of(range));
            case TreeStep.CloneTree clone -> cloneTree(clone);
            case TreeStep.CloneKernelTree clone -> cloneKernelTree(clone);
            case TreeStep.CloneHostFolder clone -> cloneHostFolder(clone);
            case TreeStep.MountOverlay overlay -> mountOverlay(overlay);
            case TreeStep.FillVolume fill -> fillVolume(fill);
            case TreeStep.KeepToSize sized -> keepToSize(sized);
            case TreeStep.MakeScratch scratch -> makeScratch(scratch);
            case TreeStep.MakeFiles files -> makeFiles(files);
            case TreeStep.MakeDevices(var owner, var result) -> execution.keep(result, new DeviceFolder(calls).make(owner));
            case TreeStep.AddDevice(var device, var name, var owner, var folder) ->
                    new DeviceFolder(calls).add(execution.get(folder), name, device.major(), device.minor(), owner);
        }
    }

    private void cloneTree(TreeStep.CloneTree step) {
        int attributes = MOUNT_ATTR_NODEV | (step.readOnly() ? MOUNT_ATTR_RDONLY : 0);
        execution.keep(
                step.result(), new MappedTrees(calls).clone(step.path(), execution.get(step.owners()), attributes));
    }

    private void cloneKernelTree(TreeStep.CloneKernelTree step) {
        Fd tree = calls.cloneTree(step.path());
        execution.keep(step.result(), tree);
        calls.setMount(tree, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | (step.readOnly() ? MOUNT_ATTR_RDONLY : 0));
    }

    private void cloneHostFolder(TreeStep.CloneHostFolder step) {
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

    private void mountOverlay(TreeStep.MountOverlay step) {
        List<Fd> lowers = step.lowers().stream().map(execution::get).toList();
        execution.keep(step.result(), overlays.mount(lowers, execution.get(step.writable()), step.synced(), step.devices() ? 0 : MOUNT_ATTR_NODEV));
    }

    private void fillVolume(TreeStep.FillVolume step) {
        try {
            VolumeFolder.of(Path.of(step.folder())).fill(calls, execution.get(step.root()), step.target(), step.range()::inside);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keepToSize(TreeStep.KeepToSize step) {
        try {
            new SizedFolder(Path.of(step.place()), Path.of(step.image())).limit(step.keeper(), step.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeScratch(TreeStep.MakeScratch step) {
        Fd scratch = mounted("tmpfs", Map.of("mode", "700", "size", Long.toString(step.size().value())));
        execution.keep(step.result(), scratch);
        calls.makeFolderAt(scratch, "work", 0755, 0);
        calls.makeFolderAt(scratch, "upper", 0755, step.owner());
        step.folders().forEach(name -> calls.makeFolderAt(scratch, "upper/" + name, 0755, step.owner()));
    }

    private void makeFiles(TreeStep.MakeFiles step) {
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
}
