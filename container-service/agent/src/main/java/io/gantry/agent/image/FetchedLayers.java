package io.gantry.agent.image;

import com.github.luben.zstd.ZstdInputStream;
import io.gantry.agent.image.erofs.LargeLayer;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jboss.logging.Logger;

/**
 * Layers as they are fetched, each once, however many containers wait for it, and kept in the form that this host has chosen. What is here in another form is
 * used as it is; what has too many files for an image, or an image that can't be mounted, is kept in a folder.
 */
public final class FetchedLayers implements LayerStore, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FetchedLayers.class);
    private static final int FETCHES_AT_ONCE = 3;
    private final BlobSource source;
    private final LayerDisk disk;
    private final LayerUses uses;
    private final Eviction eviction;
    private final ExecutorService fetchers = Executors.newFixedThreadPool(FETCHES_AT_ONCE, Thread.ofPlatform().name("layers-", 0).daemon().factory());
    private final Map<Digest, CompletableFuture<Layer>> coming = new ConcurrentHashMap<>();

    /** Half layers that a crash left are removed. */
    public FetchedLayers(BlobSource source, LayerDisk disk, InstantSource clock) throws IOException {
        this.source = source;
        this.disk = disk;
        disk.begin();
        uses = new LayerUses(disk.place(), clock);
        eviction = new Eviction(disk, uses, clock);
    }

    /**
     * Makes room where the disk is fuller than it may be, on a thread of its own.
     *
     * @param mark percent of the disk; 100 for never
     * @param needed the layers of all containers of this host
     */
    public void makeRoom(int mark, Set<Digest> needed) {
        fetchers.execute(() -> {
            try {
                makeRoom(mark, disk::fullness, needed);
            } catch (IOException | RuntimeException e) {
                LOG.warnf(e, "no room could be made in %s", disk.place());
            }
        });
    }

    List<Digest> makeRoom(int mark, Eviction.Fullness fullness, Set<Digest> needed) throws IOException {
        return eviction.sweep(mark, fullness, needed);
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
        uses.note(layer.diffId());
        return disk.ready(layer.diffId()).map(CompletableFuture::completedFuture).orElseGet(() -> coming.computeIfAbsent(layer.diffId(), _ -> {
            CompletableFuture<Layer> here = new CompletableFuture<>();
            fetchers.execute(() -> bring(layer, here));
            return here;
        }));
    }

    /** An image of settings alone, {@code FROM scratch}: overlay asks for a layer below, so it has the one with nothing in it. */
    private CompletableFuture<Layer> empty() {
        try {
            return CompletableFuture.completedFuture(disk.empty());
        } catch (IOException e) {
            var why = new Observed.Failure("image", 0, "the empty layer: " + e.getMessage(), "look at the disk of " + disk.place());
            return CompletableFuture.failedFuture(new LayerFailure(why, e));
        }
    }

    private void bring(ResolvedImage.Layer layer, CompletableFuture<Layer> here) {
        try {
            Layer brought = bring(layer);
            uses.note(layer.diffId());
            coming.remove(layer.diffId(), here);
            here.complete(brought);
        } catch (RuntimeException | Error e) {
            // before it is told: those who wait now get the failure, and who asks once they have it makes it be tried again
            coming.remove(layer.diffId(), here);
            here.completeExceptionally(e);
        }
    }

    private Layer bring(ResolvedImage.Layer layer) {
        try {
            Optional<Layer> found = disk.find(layer.diffId());
            return found.isPresent() ? found.get() : fetch(layer);
        } catch (IOException e) {
            throw LayerFailure.of(layer, e, disk.place());
        }
    }

    private Layer fetch(ResolvedImage.Layer layer) throws IOException {
        try {
            return disk.chosen().keep(layer.diffId(), tree -> unpack(layer, tree));
        } catch (LargeLayer | Unmountable e) {
            LOG.infof("layer %s: %s; it is kept in a folder", layer.diffId(), e.getMessage());
            return disk.folders().keep(layer.diffId(), tree -> unpack(layer, tree));
        }
    }

    private void unpack(ResolvedImage.Layer layer, LayerTree tree) throws IOException {
        try (InputStream raw = source.open(layer.blob())) {
            DigestCheck blob = new DigestCheck(raw);
            DigestCheck tar = new DigestCheck(decompressed(blob, layer.mediaType()));
            LayerBudget budget = disk.budget(tar);
            LayerTar.unpack(new BufferedInputStream(budget, 128 * 1024), budget, tree);
            tar.expect("unpacked layer", layer.diffId());
            blob.expect("layer's blob", layer.blob());
        }
    }

    private static InputStream decompressed(InputStream blob, String mediaType) throws IOException {
        if (mediaType.endsWith("gzip")) {
            // several gzip members in a row are one stream too (RFC 1952, 2.2)
            return GzipCompressorInputStream.builder().setInputStream(blob).setDecompressConcatenated(true).get();
        }
        return mediaType.endsWith("zstd") ? new ZstdInputStream(blob) : blob;
    }

    @Override
    public void close() {
        fetchers.shutdownNow();
    }
}
