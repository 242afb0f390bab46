package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.files.TreeRemover;
import io.gantry.kernel.files.TreeWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * Layers as plain folders, {@code layers/<hex of the name>}. A layer is unpacked beside its place, synced and renamed: what has its name is whole.
 */
final class FolderForm implements LayerForm {
    /** Of a tar archive that is nothing but its end: 1024 times zero. */
    private static final Digest EMPTY = Digest.ofHex("5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

    private final Path layers;

    FolderForm(Path layers) {
        this.layers = layers;
    }

    @Override
    public Optional<Layer> ready(Digest name) {
        Path folder = layers.resolve(name.hex());
        return Files.isDirectory(folder) ? Optional.of(new Layer.Folder(name, folder)) : Optional.empty();
    }

    @Override
    public Optional<Layer> find(Digest name) {
        return ready(name);
    }

    @Override
    public Layer keep(Digest diffId, Arrival tar) throws IOException {
        Path part = layers.resolve(diffId.hex() + LayerDisk.PART);
        try {
            // what an earlier attempt could not take away
            TreeRemover.remove(part);
            Files.createDirectory(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Digest name;
            try (TreeWriter files = new TreeWriter(part)) {
                name = tar.into(new FolderTree(files));
            }
            Path folder = layers.resolve(name.hex());
            TreeWriter.sync(part);
            Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
            TreeWriter.sync(layers);
            return new Layer.Folder(name, folder);
        } catch (IOException | RuntimeException | Error e) {
            removeQuietly(part);
            throw e;
        }
    }

    @Override
    public List<Digest> kept() throws IOException {
        try (var found = Files.list(layers)) {
            return found.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{64}"))
                    .map(Digest::ofHex)
                    .filter(layer -> !layer.equals(EMPTY))
                    .toList();
        }
    }

    /** Renamed: to delete thousands of files takes a while. */
    @Override
    public void takeAway(Digest name) throws IOException {
        Path folder = layers.resolve(name.hex());
        if (Files.isDirectory(folder)) {
            Files.move(folder, layers.resolve(name.hex() + "." + System.nanoTime() + LayerDisk.GONE), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** The one with nothing in it. */
    Layer empty() throws IOException {
        Path folder = layers.resolve(EMPTY.hex());
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        return new Layer.Folder(EMPTY, folder);
    }

    private static void removeQuietly(Path part) {
        try {
            TreeRemover.remove(part);
        } catch (IOException e) {
            // what stays has a name that no reader takes; the next start of the agent removes it
        }
    }
}
