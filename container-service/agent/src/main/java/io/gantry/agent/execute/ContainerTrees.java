package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_NODEV;
import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.agent.files.ContainerTree;
import io.gantry.agent.image.Layer;
import io.gantry.agent.size.SizedFolder;
import io.gantry.agent.volume.VolumeFolder;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.Opened;
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

    /** To be held by whoever starts it, writes to its layers, makes its folder or takes it away: overlayfs has one writable layer in one mount at a time. */
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
        try (Opened opened = new Opened()) {
            Fd root = opened.add(root(container, layers, toWrite));
            for (VolumeMount volume : container.volumes()) {
                parts.add(new ContainerTree.Part(volume.target(), opened.add(folder(data(volume, root))), !volume.readOnly()));
            }
            opened.keep();
            return new ContainerTree(calls, root, !container.spec().readOnlyRoot(), parts, IntUnaryOperator.identity(), IntUnaryOperator.identity());
        }
    }

    /** Of a volume with a size that isn't mounted, since the host has restarted: mounted now. One that no container has been started with yet begins as by a start. */
    private Path data(VolumeMount mount, Fd root) {
        VolumeFolder volume = VolumeFolder.of(folders.volumes().resolve(mount.id().value()));
        try {
            if (Files.isDirectory(volume.data())) {
                volume.ready();
            } else {
                volume.begin(mount.size());
            }
            if (mount.copy()) {
                volume.fill(calls, root, mount.target(), IntUnaryOperator.identity());
            }
            return volume.data();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public interface Work {
        void run() throws IOException;
    }

    /** Runs {@code work} while no process of the container does. */
    public void still(ContainerId id, Work work) throws IOException {
        Optional<LiveContainer> live = watch.get(id);
        if (live.isPresent()) {
            live.get().freezer().still(work);
        } else {
            work.run();
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

    public Layers layers(Desired.Container container, List<Layer> layers) {
        makeWritable(container);
        try (Opened opened = new Opened();
                Opened forNow = new Opened()) {
            Fd upper = opened.add(folder(folders.upper(container.id())));
            // overlayfs wants two
            Fd image = layers.size() == 1 ? open(layers, opened).getFirst() : overlays.union(open(layers, forNow));
            opened.keep();
            return new Layers(upper, image);
        }
    }

    private Fd root(Desired.Container container, List<Layer> layers, boolean toWrite) {
        ContainerId id = container.id();
        makeWritable(container);
        try (Opened forNow = new Opened()) {
            List<Fd> lowers = open(layers, forNow);
            lowers.addFirst(forNow.add(calls.cloneTree(folders.places().toString())));
            Fd writable = forNow.add(calls.cloneTree(folders.container(id).resolve("layer").toString()));
            if (toWrite) {
                return mounted(container, lowers, writable);
            }
            lowers.add(forNow.add(calls.cloneTree(folders.upper(id).toString())));
            return overlays.union(lowers);
        }
    }

    /** A run leaves its mark in the work folder, and so does this; each begins with a new one, which has to be made in a full layer, too. */
    private Fd mounted(Desired.Container container, List<Fd> lowers, Fd writable) {
        SizedFolder layer = folders.layer(container.id());
        Bytes size = container.spec().resources().disk();
        try {
            boolean bound = size != null && layer.keeper().bindsUs();
            if (bound) {
                layer.limit(layer.keeper(), 0);
            }
            try {
                Trees.delete(layer.place().resolve("work"));
                calls.makeFolderAt(writable, "work", 0755, 0);
                return overlays.mount(lowers, writable, true, MOUNT_ATTR_NODEV);
            } finally {
                if (bound) {
                    layer.limit(layer.keeper(), size.value());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that has never been started has none yet. */
    private void makeWritable(Desired.Container container) {
        SizedFolder layer = folders.layer(container.id());
        Trees.makeFolder(layer.place());
        try {
            Bytes size = container.spec().resources().disk();
            if (size != null && layer.begun().isEmpty()) {
                layer.limit(layer.keeper(), size.value());
            }
            layer.ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path upper = folders.upper(container.id());
        if (!Files.isDirectory(upper)) {
            calls.makeFolder(upper.toString(), 0755);
        }
    }

    /** Each as a mount of its own: not every kernel lays folders over each other that are in a mount of its table. */
    private List<Fd> open(List<Layer> layers, Opened opened) {
        List<Fd> all = new ArrayList<>();
        for (Layer layer : layers) {
            all.add(opened.add(calls.cloneTree(layer.path().toString())));
        }
        return all;
    }

    private Fd folder(Path path) {
        return calls.open(path.toString(), O_PATH | O_DIRECTORY, 0);
    }
}
