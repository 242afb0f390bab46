package io.gantry.agent.image;

import io.gantry.agent.disk.FreeRoom;
import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.files.TreeRemover;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where this host keeps layers, {@code layers} in the agent's data folder: in which forms they may be there, and in which one new ones are. */
public final class LayerDisk {
    /** Ends the name of what isn't whole yet. */
    static final String PART = ".part";
    /** Ends the name of what is only to be deleted. */
    static final String GONE = ".gone";

    /** So much of the heap may one of several layers take that are written at the same time. */
    private static final int SHARE_OF_HEAP = 8;

    private final Path layers;
    private final FolderForm folders;
    private final ImageForm images;
    private final boolean asImages;
    private final LayerLimits limits;
    private final FreeRoom.Disk room;

    /** @param data this agent's data folder */
    public LayerDisk(Path data, LayerKeeping keeping) {
        this(data, keeping.asImages(), LayerLimits.DEFAULT, FreeRoom.of(data), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    LayerDisk(Path data, boolean asImages, LayerLimits limits, FreeRoom.Disk room, long heap) {
        this.layers = data.resolve("layers");
        this.folders = new FolderForm(layers);
        this.images = new ImageForm(new LinuxSystemCalls(), layers, heap);
        this.asImages = asImages;
        this.limits = limits;
        this.room = room;
    }

    void begin() throws IOException {
        // setuid files in here are real: nobody but root comes near
        Files.createDirectories(layers, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        remove(PART);
        clear();
    }

    private void remove(String ending) throws IOException {
        try (var found = Files.list(layers)) {
            for (Path each : found.filter(path -> path.toString().endsWith(ending)).toList()) {
                TreeRemover.remove(each);
            }
        }
    }

    /** Whatever its form. */
    Set<Digest> kept() throws IOException {
        Set<Digest> all = new HashSet<>(folders.kept());
        all.addAll(images.kept());
        return all;
    }

    /** From now on it isn't here, in no form. */
    void takeAway(Digest name) throws IOException {
        folders.takeAway(name);
        images.takeAway(name);
    }

    /** Deletes what was taken away. */
    void clear() throws IOException {
        remove(GONE);
    }

    /** How full the disk is: 0 to 100. */
    double fullness() throws IOException {
        FileStore store = Files.getFileStore(layers);
        // what only root may still write to counts as full, as df has it
        long used = store.getTotalSpace() - store.getUnallocatedSpace();
        return 100.0 * used / Math.max(1, used + store.getUsableSpace());
    }

    Path place() {
        return layers;
    }

    /** Whatever its form. */
    Optional<Layer> ready(Digest name) {
        return folders.ready(name).or(() -> images.ready(name));
    }

    Optional<Layer> find(Digest name) throws IOException {
        for (LayerForm form : List.of(folders, images)) {
            Optional<Layer> found = form.find(name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    LayerForm chosen() {
        return asImages ? images : folders;
    }

    LayerForm folders() {
        return folders;
    }

    Layer empty() throws IOException {
        return folders.empty();
    }

    LayerBudget budget(InputStream tar) {
        return new LayerBudget(tar, limits, room);
    }

    /** Takes all mounts of layers from this host; the images stay, and containers that still run keep their mounts until they end. */
    public static void unmountAll(SystemCalls calls, Path data) throws IOException {
        Path layers = data.resolve("layers");
        if (Files.isDirectory(layers)) {
            ImageForm.unmountAll(calls, layers);
        }
    }
}
