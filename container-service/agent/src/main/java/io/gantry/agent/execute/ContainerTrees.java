package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_NODEV;
import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.agent.files.ContainerTree;
import io.gantry.agent.image.Layer;
import io.gantry.agent.volume.VolumeFolder;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/**
 * Opens the files of containers: of one that runs by its first process's root, with all that is mounted there; of another by laying its
 * layers over each other once more, in a mount that nobody else sees.
 */
public final class ContainerTrees {
    private static final int LARGEST_CGROUP = 16 << 10;
    private static final int FREEZE_MILLIS = 2000;
    private final SystemCalls calls;
    private final ContainerFolders folders;
    private final OverlayMounts overlays;
    private final Watch watch;
    private final RuntimeSettings settings;
    private final ConcurrentHashMap<ContainerId, Object> turns = new ConcurrentHashMap<>();

    ContainerTrees(SystemCalls calls, ContainerFolders folders, OverlayMounts overlays, Watch watch, RuntimeSettings settings) {
        this.calls = calls;
        this.folders = folders;
        this.overlays = overlays;
        this.watch = watch;
        this.settings = settings;
    }

    /** To be held by whoever starts it or writes to its layers: overlayfs has one writable layer in one mount at a time. */
    public Object turn(ContainerId id) {
        return turns.computeIfAbsent(id, _ -> new Object());
    }

    void forget(ContainerId id) {
        turns.remove(id);
    }

    public boolean runs(ContainerId id) {
        return watch.get(id).isPresent();
    }

    /** Empty if it doesn't run, or ends just now. */
    public Optional<ContainerTree> running(ContainerId id) {
        Optional<ContainerRecord> record = watch.get(id).map(LiveContainer::record);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        String group = "/" + record.get().slotName() + "\n";
        // one process from here on, whoever gets its number afterwards
        try (Fd process = calls.open("/proc/" + record.get().pid(), O_RDONLY | O_DIRECTORY, 0);
                Fd groups = calls.openAt(process, "cgroup", O_RDONLY, 0)) {
            if (!new String(calls.read(groups, LARGEST_CGROUP), StandardCharsets.UTF_8).contains(group)) {
                return Optional.empty();
            }
            IdRange range = settings.range(record.get().rangeSlot());
            Fd root = calls.openAt(process, "root", O_PATH | O_DIRECTORY, 0);
            // what may not be written the kernel refuses by itself: the mounts are the container's
            return Optional.of(new ContainerTree(calls, root, true, List.of(), range::inside, inside -> range.first() + inside));
        } catch (SyscallFailure gone) {
            return Optional.empty();
        }
    }

    /**
     * @param layers read-only, lowest first, on disk
     * @param toWrite the caller holds its turn
     */
    public ContainerTree resting(Desired.Container container, List<Layer> layers, boolean toWrite) {
        // what ended just now is still mounted for a moment
        watch.awaitCleaned(container.id());
        List<ContainerTree.Part> parts = new ArrayList<>();
        Fd root = root(container.id(), layers, toWrite);
        for (VolumeMount volume : container.volumes()) {
            Path data = data(folders.volumes().resolve(volume.id().value()));
            if (Files.isDirectory(data)) {
                parts.add(new ContainerTree.Part(volume.target(), calls.open(data.toString(), O_PATH | O_DIRECTORY, 0), !volume.readOnly()));
            }
        }
        return new ContainerTree(calls, root, !container.spec().readOnlyRoot(), parts, IntUnaryOperator.identity(), IntUnaryOperator.identity());
    }

    /** Of a volume with a size that isn't mounted, since the host has restarted: mounted now. */
    private static Path data(Path volume) {
        try {
            return VolumeFolder.of(volume).ready().data();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public interface Work {
        void run() throws IOException;
    }

    /**
     * Runs {@code work} while no process of the container does. One that somebody else has frozen stays so. A mark in the container's folder
     * tells that it was us, for {@link #thaw} after a crash.
     */
    public void still(ContainerId id, Work work) throws IOException {
        Path freeze = watch.get(id).map(this::freezer).orElse(null);
        if (freeze == null || Files.readString(freeze).strip().equals("1")) {
            work.run();
            return;
        }
        Files.writeString(mark(id), "");
        Files.writeString(freeze, "1");
        try {
            awaitFrozen(freeze.resolveSibling("cgroup.events"));
            work.run();
        } finally {
            thaw(id, freeze);
        }
    }

    /** Lets a container go on that an agent before this one left standing. */
    void thaw(ContainerId id) {
        if (Files.exists(mark(id))) {
            watch.get(id).map(this::freezer).ifPresent(freeze -> {
                try {
                    thaw(id, freeze);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private void thaw(ContainerId id, Path freeze) throws IOException {
        if (Files.exists(freeze)) {
            Files.writeString(freeze, "0");
        }
        Files.deleteIfExists(mark(id));
    }

    private Path freezer(LiveContainer container) {
        return Path.of(settings.cgroups().unified(container.record().slotName()), "cgroup.freeze");
    }

    private Path mark(ContainerId id) {
        return folders.container(id).resolve("standing");
    }

    private void awaitFrozen(Path events) throws IOException {
        try (Fd file = calls.open(events.toString(), O_RDONLY, 0)) {
            while (!new String(calls.read(file, LARGEST_CGROUP), StandardCharsets.UTF_8).contains("frozen 1")) {
                if (!calls.awaitChange(file, FREEZE_MILLIS)) {
                    throw new IOException("the container's processes didn't stop within " + FREEZE_MILLIS + " ms");
                }
            }
        }
    }

    /** The writable layer, and the image's below it. */
    public record Layers(Fd upper, Fd image) implements AutoCloseable {
        @Override
        public void close() {
            upper.close();
            image.close();
        }
    }

    public Layers layers(ContainerId id, List<Layer> layers) {
        makeWritable(id);
        Fd upper = calls.open(folders.upper(id).toString(), O_PATH | O_DIRECTORY, 0);
        List<Fd> lowers = open(layers);
        try {
            // overlayfs wants two
            return new Layers(upper, lowers.size() == 1 ? calls.open(lowers.getFirst().path(), O_PATH | O_DIRECTORY, 0) : overlays.union(lowers));
        } catch (RuntimeException e) {
            upper.close();
            throw e;
        } finally {
            lowers.forEach(Fd::close);
        }
    }

    private Fd root(ContainerId id, List<Layer> layers, boolean toWrite) {
        makeWritable(id);
        List<Fd> lowers = open(layers);
        lowers.addFirst(calls.open(folders.places().toString(), O_PATH | O_DIRECTORY, 0));
        try (Fd writable = calls.open(folders.container(id).resolve("layer").toString(), O_PATH | O_DIRECTORY, 0)) {
            if (toWrite) {
                // a run leaves its mark there, and so does this; each begins with a new one
                Trees.delete(folders.container(id).resolve("layer/work"));
                calls.makeFolderAt(writable, "work", 0755, 0);
                return overlays.mount(lowers, writable, true, MOUNT_ATTR_NODEV);
            }
            lowers.add(calls.openAt(writable, "upper", O_PATH | O_DIRECTORY, 0));
            return overlays.union(lowers);
        } finally {
            lowers.forEach(Fd::close);
        }
    }

    /** One that has never been started has none yet. */
    private void makeWritable(ContainerId id) {
        Trees.makeFolder(folders.container(id).resolve("layer"));
        try {
            folders.layer(id).ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path upper = folders.upper(id);
        if (!Files.isDirectory(upper)) {
            calls.makeFolder(upper.toString(), 0755);
        }
    }

    private List<Fd> open(List<Layer> layers) {
        List<Fd> opened = new ArrayList<>();
        for (Layer layer : layers) {
            opened.add(switch (layer) {
                case Layer.Folder(_, var path) -> calls.open(path.toString(), O_PATH | O_DIRECTORY, 0);
            });
        }
        return opened;
    }
}
