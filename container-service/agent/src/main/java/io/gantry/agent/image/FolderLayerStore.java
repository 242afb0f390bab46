package io.gantry.agent.image;

import com.github.luben.zstd.ZstdInputStream;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.files.TreeRemover;
import io.gantry.kernel.files.TreeWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Layers as plain folders, {@code layers/<hex of the diff id>}. A layer is unpacked beside its place, synced and renamed: what has its
 * name is whole. Each is fetched once, however many containers wait for it.
 */
public final class FolderLayerStore implements LayerStore, AutoCloseable {
    private static final int FETCHES_AT_ONCE = 3;
    private static final String PART = ".part";

    /** Of a tar archive that is nothing but its end: 1024 times zero. */
    private static final Digest EMPTY = Digest.ofHex("5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

    private final Path layers;
    private final BlobSource source;
    private final LayerLimits limits;
    private final LayerBudget.Disk disk;
    private final ExecutorService fetchers;
    private final Map<Digest, CompletableFuture<Layer>> known = new ConcurrentHashMap<>();

    /** @param data this agent's data folder; half layers that a crash left there are removed */
    public FolderLayerStore(Path data, BlobSource source) throws IOException {
        this(data, source, LayerLimits.DEFAULT, () -> Files.getFileStore(data).getUsableSpace());
    }

    FolderLayerStore(Path data, BlobSource source, LayerLimits limits, LayerBudget.Disk disk) throws IOException {
        this.layers = data.resolve("layers");
        this.source = source;
        this.limits = limits;
        this.disk = disk;
        // setuid files in here are real: nobody but root comes near
        Files.createDirectories(layers, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        this.fetchers = Executors.newFixedThreadPool(FETCHES_AT_ONCE, Thread.ofPlatform().name("layers-", 0).daemon().factory());
        removeParts();
    }

    @Override
    public CompletionStage<List<Layer>> ensure(ResolvedImage image) {
        if (image.layers().isEmpty()) {
            return empty().thenApply(List::of);
        }
        List<CompletableFuture<Layer>> all = image.layers().stream().map(this::ensure).toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(_ -> all.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Layer> ensure(ResolvedImage.Layer layer) {
        return known.computeIfAbsent(layer.diffId(), _ -> {
            Path folder = layers.resolve(layer.diffId().hex());
            if (Files.isDirectory(folder)) {
                return CompletableFuture.completedFuture(new Layer.Folder(layer.diffId(), folder));
            }
            CompletableFuture<Layer> fetched = new CompletableFuture<>();
            fetchers.execute(() -> fetch(layer, folder, fetched));
            return fetched;
        });
    }

    /** An image of settings alone, {@code FROM scratch}: overlay asks for a layer below, so it has the one with nothing in it. */
    private CompletableFuture<Layer> empty() {
        Path folder = layers.resolve(EMPTY.hex());
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            return CompletableFuture.completedFuture(new Layer.Folder(EMPTY, folder));
        } catch (IOException e) {
            var why = new Observed.Failure("image", 0, "the empty layer " + folder + ": " + e.getMessage(), "look at the disk of " + layers);
            return CompletableFuture.failedFuture(new LayerFailure(why, e));
        }
    }

    private void fetch(ResolvedImage.Layer layer, Path folder, CompletableFuture<Layer> fetched) {
        try {
            fetched.complete(fetch(layer, folder));
        } catch (RuntimeException | Error e) {
            // before it is told: those who wait now get the failure, and who asks once they have it makes it be tried again
            known.remove(layer.diffId(), fetched);
            fetched.completeExceptionally(e);
        }
    }

    private Layer fetch(ResolvedImage.Layer layer, Path folder) {
        Path part = layers.resolve(layer.diffId().hex() + PART);
        try {
            // what an earlier attempt could not take away
            TreeRemover.remove(part);
            Files.createDirectory(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            try (InputStream raw = source.open(layer.blob())) {
                DigestCheck blob = new DigestCheck(raw);
                DigestCheck tar = new DigestCheck(decompressed(blob, layer.mediaType()));
                LayerBudget budget = new LayerBudget(tar, limits, disk);
                LayerTar.unpack(new BufferedInputStream(budget, 128 * 1024), budget, part);
                tar.expect("unpacked layer", layer.diffId());
                blob.expect("layer's blob", layer.blob());
            }
            TreeWriter.sync(part);
            Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
            TreeWriter.sync(layers);
            return new Layer.Folder(layer.diffId(), folder);
        } catch (IOException e) {
            removeQuietly(part);
            throw LayerFailure.of(layer, e, layers);
        } catch (RuntimeException | Error e) {
            removeQuietly(part);
            throw e;
        }
    }

    private static InputStream decompressed(InputStream blob, String mediaType) throws IOException {
        if (mediaType.endsWith("gzip")) {
            // several gzip members in a row are one stream too (RFC 1952, 2.2)
            return GzipCompressorInputStream.builder().setInputStream(blob).setDecompressConcatenated(true).get();
        }
        return mediaType.endsWith("zstd") ? new ZstdInputStream(blob) : blob;
    }

    private void removeParts() throws IOException {
        try (var found = Files.list(layers)) {
            for (Path part : found.filter(path -> path.toString().endsWith(PART)).toList()) {
                TreeRemover.remove(part);
            }
        }
    }

    private static void removeQuietly(Path part) {
        try {
            TreeRemover.remove(part);
        } catch (IOException e) {
            // what stays has a name that no reader takes; the next start of the agent removes it
        }
    }

    /** The failure behind what a stage of {@link #ensure} completed with. */
    public static LayerFailure failureOf(Throwable e) {
        return e instanceof LayerFailure failure
                ? failure
                : e instanceof CompletionException && e.getCause() instanceof LayerFailure cause
                        ? cause
                        : new LayerFailure(new Observed.Failure("image", 0, String.valueOf(e.getMessage()), ""), e);
    }

    @Override
    public void close() {
        fetchers.shutdownNow();
    }
}
