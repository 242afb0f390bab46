package io.gantry.agent.image;

import com.github.luben.zstd.ZstdInputStream;
import io.gantry.agent.image.WireLedger.Way;
import io.gantry.agent.image.erofs.LargeLayer;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
 * used as it is; what has too many files for an image, or an image that can't be mounted, is kept in a folder. A layer whose tar leaves out parents, or names files of layers
 * below, is another layer above others, and kept for each {@link Chain} on its own.
 */
public final class FetchedLayers implements LayerStore, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FetchedLayers.class);
    private static final int FETCHES_AT_ONCE = 3;
    /** Bytes that are decompressed at a time. */
    private static final int PRESSED = 64 << 10;
    private final BlobSource source;
    private final LayerDisk disk;
    private final LayerUses uses;
    private final Eviction eviction;
    private final WireLedger wire;
    private final ExecutorService fetchers = Executors.newFixedThreadPool(FETCHES_AT_ONCE, Thread.ofPlatform().name("layers-", 0).daemon().factory());
    private final Map<Digest, CompletableFuture<Layer>> coming = new ConcurrentHashMap<>();
    /** Images of which something is being fetched. */
    private final Set<List<ResolvedImage.Layer>> images = ConcurrentHashMap.newKeySet();

    /** Half layers that a crash left are removed. */
    public FetchedLayers(BlobSource source, LayerDisk disk, WireLedger wire, InstantSource clock) throws IOException {
        this.source = source;
        this.disk = disk;
        this.wire = wire;
        disk.begin();
        uses = new LayerUses(disk.place(), clock);
        eviction = new Eviction(disk, uses, clock);
    }

    /**
     * Makes room where the disk is fuller than it may be, on a thread of its own.
     *
     * @param mark percent of the disk; 100 for never
     * @param needed whatever the layers of all containers of this host may be {@link #names kept by}
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

    /** What the layers of an image may be kept by: their diff ids, or names of their chains. */
    public static Set<Digest> names(ResolvedImage image) {
        Set<Digest> names = new HashSet<>(Chain.names(image.layers()));
        image.layers().forEach(layer -> names.add(layer.diffId()));
        return names;
    }

    @Override
    public CompletionStage<List<Layer>> ensure(ResolvedImage image) {
        if (image.layers().isEmpty()) {
            return empty().thenApply(List::of);
        }
        CompletableFuture<Layer>[] all = futures(image.layers().size());
        for (int i = 0; i < all.length; i++) {
            all[i] = ensure(image.layers(), all, i);
        }
        return whole(image, all);
    }

    /** The same, one layer after the other: what starts meanwhile has the other ways here to itself. */
    public CompletionStage<List<Layer>> ensureAhead(ResolvedImage image) {
        CompletableFuture<Layer>[] all = futures(image.layers().size());
        CompletableFuture<Layer> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < all.length; i++) {
            int number = i;
            last = last.thenCompose(_ -> ensure(image.layers(), all, number));
            all[i] = last;
        }
        return whole(image, all);
    }

    /** Whether all of its layers are here, so that nothing has to be fetched. */
    public boolean has(ResolvedImage image) throws IOException {
        return WireLedger.present(image.layers(), disk.kept()) == image.layers().stream().mapToLong(layer -> layer.size().value()).sum();
    }

    private CompletionStage<List<Layer>> whole(ResolvedImage image, CompletableFuture<Layer>[] all) {
        return CompletableFuture.allOf(all)
                .whenComplete((_, _) -> images.remove(image.layers()))
                .thenApply(_ -> eachOnce(Arrays.stream(all).map(CompletableFuture::join).toList()));
    }

    /** Of one that is there twice the lower is left out: all that it shows or hides the upper one shows or hides, too, and overlayfs takes none twice (ELOOP). */
    private static List<Layer> eachOnce(List<Layer> layers) {
        return List.copyOf(new LinkedHashSet<>(layers.reversed())).reversed();
    }

    /** How full the disk of the layers is: 0 to 100. */
    public double fullness() throws IOException {
        return disk.fullness();
    }

    @SuppressWarnings("unchecked")
    private static CompletableFuture<Layer>[] futures(int count) {
        return new CompletableFuture[count];
    }

    private CompletableFuture<Layer> ensure(List<ResolvedImage.Layer> image, CompletableFuture<Layer>[] all, int number) {
        Digest diffId = image.get(number).diffId();
        uses.note(diffId);
        return disk.ready(diffId).map(CompletableFuture::completedFuture).orElseGet(() -> ensure(new Chain(image, all, number)));
    }

    /** A layer that depends on those below is begun anew once they are here, by whoever has them first; what another made of it for other layers below is of no use here. */
    private CompletableFuture<Layer> ensure(Chain chain) {
        Optional<Layer> ready = disk.ready(chain.name());
        if (ready.isPresent()) {
            uses.note(chain.name());
            ready = disk.ready(chain.name());
        }
        return ready.map(CompletableFuture::completedFuture).orElseGet(() -> bringOnce(chain)
                .exceptionallyCompose(e -> e instanceof LowerLayersComing ? chain.lower().thenCompose(_ -> ensure(chain)) : CompletableFuture.failedFuture(e))
                .thenCompose(layer -> chain.takes(layer) ? CompletableFuture.completedFuture(layer) : ensure(chain)));
    }

    private CompletableFuture<Layer> bringOnce(Chain chain) {
        return coming.computeIfAbsent(chain.layer().diffId(), _ -> {
            CompletableFuture<Layer> here = new CompletableFuture<>();
            fetchers.execute(() -> bring(chain, here));
            return here;
        });
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

    private void bring(Chain chain, CompletableFuture<Layer> here) {
        Digest diffId = chain.layer().diffId();
        try {
            Layer brought = bring(chain);
            uses.note(brought.name());
            coming.remove(diffId, here);
            here.complete(brought);
        } catch (LowerLayersComing | RuntimeException | Error e) {
            // before it is told: those who wait now get the failure, and who asks once they have it makes it be tried again
            coming.remove(diffId, here);
            here.completeExceptionally(e);
        }
    }

    private Layer bring(Chain chain) throws LowerLayersComing {
        try {
            for (Digest name : List.of(chain.layer().diffId(), chain.name())) {
                Optional<Layer> found = disk.find(name);
                if (found.isPresent()) {
                    return found.get();
                }
            }
            notePresent(chain.image());
            return fetch(chain);
        } catch (LowerLayersComing e) {
            throw e;
        } catch (IOException e) {
            throw LayerFailure.of(chain.layer(), e, disk.place());
        }
    }

    /** Before the first of its layers is fetched. */
    private void notePresent(List<ResolvedImage.Layer> image) throws IOException {
        if (images.add(image)) {
            wire.add(Way.PRESENT, WireLedger.present(image, disk.kept()));
        }
    }

    private Layer fetch(Chain chain) throws IOException {
        try {
            return keep(chain);
        } catch (LowerLayersComing e) {
            throw e;
        } catch (IOException e) {
            if (!source.doubt(chain.layer().blob())) {
                throw e;
            }
            LOG.warnf("layer %s: %s; it is fetched again from image-service", chain.layer().diffId(), e.getMessage());
            return keep(chain);
        }
    }

    private Layer keep(Chain chain) throws IOException {
        Digest diffId = chain.layer().diffId();
        try {
            return disk.chosen().keep(diffId, tree -> unpack(chain, tree));
        } catch (LargeLayer | Unmountable e) {
            LOG.infof("layer %s: %s; it is kept in a folder", diffId, e.getMessage());
            return disk.folders().keep(diffId, tree -> unpack(chain, tree));
        }
    }

    private Digest unpack(Chain chain, LayerTree tree) throws IOException {
        ResolvedImage.Layer layer = chain.layer();
        try (InputStream raw = source.open(layer.blob())) {
            DigestCheck blob = new DigestCheck(raw);
            DigestCheck tar = new DigestCheck(decompressed(blob, layer.mediaType()));
            LayerBudget budget = disk.budget(tar);
            LayerTar.unpack(new BufferedInputStream(budget, 128 * 1024), budget, tree, chain);
            tar.expect("unpacked layer", layer.diffId());
            blob.expect("layer's blob", layer.blob());
            source.believe(layer.blob());
            return chain.keptBy();
        }
    }

    private static InputStream decompressed(InputStream blob, String mediaType) throws IOException {
        if (mediaType.endsWith("gzip")) {
            // several gzip members in a row are one stream too (RFC 1952, 2.2)
            return GzipCompressorInputStream.builder().setInputStream(blob).setBufferSize(PRESSED).setDecompressConcatenated(true).get();
        }
        return mediaType.endsWith("zstd") ? new ZstdInputStream(blob) : blob;
    }

    @Override
    public void close() {
        fetchers.shutdownNow();
    }
}
