package io.gantry.agent.image;

import static io.gantry.kernel.syscall.LinuxHeader.EROFS_SUPER_MAGIC_V1;

import io.gantry.agent.image.erofs.ImageWriter;
import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.mount.ImageMounts;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Layers as EROFS images, {@code layers/<hex of the name>.erofs}, each mounted once for all containers of this host, at
 * {@code layers/<hex>.mounted}, until the agent's host is cleared or restarted. An image is written beside its place, synced and renamed, and never changed:
 * what has its name is whole. A mount outlives the agent, and is found again by its place.
 */
final class ImageForm implements LayerForm {
    private static final Logger LOG = Logger.getLogger(ImageForm.class);
    private static final String IMAGE = ".erofs";
    private static final String PLACE = ".mounted";

    private final SystemCalls calls;
    private final ImageMounts mounts;
    private final Path layers;
    private final long heap;

    /** @param heap bytes of memory that one layer's names may take while it is written */
    ImageForm(SystemCalls calls, Path layers, long heap) {
        this.calls = calls;
        this.mounts = new ImageMounts(calls);
        this.layers = layers;
        this.heap = heap;
    }

    @Override
    public Optional<Layer> ready(Digest name) {
        return Optional.of(layer(name)).filter(layer -> mounted(layer.path()));
    }

    /** A damaged image is taken away, so that the layer is fetched again; one that this kernel can't mount stays where it is. */
    @Override
    public Optional<Layer> find(Digest name) throws IOException {
        Layer layer = layer(name);
        if (mounted(layer.path())) {
            return Optional.of(layer);
        }
        Path image = image(name);
        if (!Files.exists(image)) {
            return Optional.empty();
        }
        try {
            ImageWriter.check(image);
        } catch (IOException e) {
            LOG.warnf("%s; it is fetched again", e.getMessage());
            Files.deleteIfExists(image);
            return Optional.empty();
        }
        try {
            mount(image, layer.path());
            return Optional.of(layer);
        } catch (SyscallFailure e) {
            LOG.warnf("%s can't be mounted: %s; the layer is fetched again", image, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Layer keep(Digest diffId, Arrival tar) throws IOException {
        Path part = layers.resolve(diffId.hex() + LayerDisk.PART);
        try {
            // what an earlier attempt could not take away
            Files.deleteIfExists(part);
            Digest name;
            try (ImageWriter image = new ImageWriter(part, heap)) {
                name = tar.into(image.tree());
                image.finish();
            }
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("r--------"));
            return keepAs(name, part);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Layer keepAs(Digest name, Path part) throws IOException {
        try {
            Files.move(part, image(name), StandardCopyOption.ATOMIC_MOVE);
            syncName();
            Layer layer = layer(name);
            mount(image(name), layer.path());
            return layer;
        } catch (SyscallFailure e) {
            Files.deleteIfExists(image(name));
            throw new Unmountable(e);
        }
    }

    @Override
    public List<Digest> kept() throws IOException {
        try (var found = Files.list(layers)) {
            return found.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{64}\\" + IMAGE))
                    .map(name -> Digest.ofHex(name.substring(0, name.length() - IMAGE.length())))
                    .toList();
        }
    }

    /** Whoever has a clone of its mount keeps that, and the room on the disk is free once none is left. */
    @Override
    public void takeAway(Digest name) throws IOException {
        Path place = layer(name).path();
        if (Files.exists(place)) {
            unmount(calls, place);
            Files.delete(place);
        }
        Files.deleteIfExists(image(name));
    }

    /** The image itself is on the disk already. */
    private void syncName() throws IOException {
        try (FileChannel folder = FileChannel.open(layers, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Takes all mounts of layers from this host; containers that still run keep theirs until they end. */
    static void unmountAll(SystemCalls calls, Path layers) throws IOException {
        try (var found = Files.list(layers)) {
            for (Path place : found.filter(path -> path.toString().endsWith(PLACE)).toList()) {
                unmount(calls, place);
                Files.delete(place);
            }
        }
    }

    private static void unmount(SystemCalls calls, Path place) {
        try {
            calls.detach(place.toString());
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.EINVAL) {
                throw e;
            }
            // nothing is mounted there
        }
    }

    private void mount(Path image, Path place) throws IOException {
        Files.createDirectories(place);
        try (Fd mount = mounts.mount(image.toString())) {
            calls.attach(mount, place.toString());
        }
    }

    private boolean mounted(Path place) {
        try {
            return (calls.fileSystem(place.toString()) & 0xffff_ffffL) == EROFS_SUPER_MAGIC_V1;
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    private Layer layer(Digest name) {
        return new Layer.Image(name, layers.resolve(name.hex() + PLACE));
    }

    private Path image(Digest name) {
        return layers.resolve(name.hex() + IMAGE);
    }
}
