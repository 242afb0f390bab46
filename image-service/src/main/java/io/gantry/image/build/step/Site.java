package io.gantry.image.build.step;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.SourceDate;
import io.gantry.image.build.core.StageGraph;
import io.gantry.image.build.store.BuildCache;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.tar.LayerStore;
import io.gantry.image.layer.tar.LayerTrees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the stages of one build have together.
 *
 * @param known layers of earlier builds
 * @param now the moment of all that the build makes
 * @param forecast nothing is run and no layer made: it is only looked what would be
 * @param stages what becomes of each stage that the target needs, by its number
 * @param foretold keys of what would be made, in a forecast
 * @param locks who makes what has a key: others who want the same wait, and take it
 */
record Site(
        Tools tools, BuildRequest request, BuildContext context, KnownLayers known, Path scratch, StepBook book, SourceDate date, Instant now, boolean forecast, StageGraph graph, char escape,
        Map<Integer, CompletableFuture<Built>> stages, Map<Digest, ReentrantLock> locks, Set<Digest> foretold) {
    /** @param most bytes that an archive may unpack to */
    record Tools(
            Database database, BaseImages bases, LayerTrees trees, LayerStore layers, RunStep run, CacheLocks locks, Fetching fetching, GitFetching git, ImageAssembly assembly,
            BuildCache cache, LikelyKeys likely, CarriedCache carried, Bytes most) {}

    /** A stage that is over. @param newest the last step that made something, in words; empty if all was there */
    record Built(ImageDraft draft, Optional<String> newest) {}

    private static final String UNMADE = "application/vnd.gantry.unmade";

    static Map<Integer, CompletableFuture<Built>> stages(StageGraph graph) {
        Map<Integer, CompletableFuture<Built>> stages = new ConcurrentHashMap<>();
        graph.needed().forEach(stage -> stages.put(stage.number(), new CompletableFuture<>()));
        return stages;
    }

    /** It is over, or one before the caller's that will be soon. Empty if the target doesn't need it. */
    Optional<Built> stage(int number) throws InterruptedException {
        CompletableFuture<Built> stage = stages.get(number);
        try {
            return stage == null ? Optional.empty() : Optional.of(stage.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    ReentrantLock lock(Digest key) {
        return locks.computeIfAbsent(key, _ -> new ReentrantLock());
    }

    /** In a forecast of those layers that are there. */
    FileTree trees(List<ResolvedImage.Layer> layers) throws IOException {
        return tools.trees().of(layers.stream().filter(layer -> !layer.mediaType().equals(UNMADE)).toList());
    }

    /** Stands for what would be made of {@code key}, in a forecast. */
    static ResolvedImage.Layer unmade(Digest key) {
        return new ResolvedImage.Layer(key, key, Bytes.ZERO, UNMADE);
    }

    static boolean hasUnmade(ImageDraft draft) {
        return draft.layers().stream().anyMatch(layer -> layer.mediaType().equals(UNMADE));
    }

    /** What people call a file: as the context has it, or its place in the image. */
    String name(String place, Content content) {
        return content instanceof Content.OnDisk(var file, _) ? context.name(file).orElse(place) : place;
    }
}
