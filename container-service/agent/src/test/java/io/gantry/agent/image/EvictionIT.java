package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers go when the disk is full, in whichever form they are here. */
class EvictionIT {
    private static final int MARK = 85;

    @TempDir Path folder;
    private final Map<Digest, byte[]> blobs = new HashMap<>();
    private final List<Digest> fetched = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @AfterEach
    void unmount() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        TestMounts.detachBelow(folder);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLongestUnusedGoFirstUntilThereIsRoomAgain(boolean asImages) throws Exception {
        FetchedLayers store = store(asImages);
        ResolvedImage first = image("first");
        ResolvedImage second = image("second");
        ResolvedImage third = image("third");
        for (ResolvedImage image : List.of(first, second, third, first)) {
            ensure(store, image);
            later(Duration.ofHours(1));
        }
        assertThat(store.makeRoom(MARK, falling(85), Set.of())).as("full, and not fuller").isEmpty();
        // looked at before each, and after the last
        assertThat(store.makeRoom(MARK, falling(90, 90, 84, 80), Set.of())).containsExactly(layer(second), layer(third));
        assertThat(here()).containsExactly(layer(first).hex());
        assertThat(TestMounts.below(folder)).hasSize(asImages ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNeededOrWasAskedForLatelyStays(boolean asImages) throws Exception {
        FetchedLayers store = store(asImages);
        ResolvedImage runs = image("runs");
        ResolvedImage comes = image("comes");
        ensure(store, runs);
        later(Duration.ofDays(30));
        ensure(store, comes);
        later(Eviction.LATELY.minusSeconds(1));
        assertThat(store.makeRoom(MARK, () -> 99, Set.of(layer(runs)))).isEmpty();
        later(Duration.ofSeconds(2));
        assertThat(store.makeRoom(MARK, () -> 99, Set.of(layer(runs)))).containsExactly(layer(comes));
        assertThat(ensure(store, runs).path().resolve("name")).hasContent("runs");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theNextAgentKnowsWhenEachWasUsed(boolean asImages) throws Exception {
        FetchedLayers store = store(asImages);
        ResolvedImage older = image("older");
        ResolvedImage newer = image("newer");
        ensure(store, newer);
        ensure(store, older);
        later(Duration.ofHours(2));
        ensure(store, newer);
        later(Duration.ofHours(2));
        assertThat(store(asImages).makeRoom(MARK, falling(90, 90, 80), Set.of())).containsExactly(layer(older));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWentIsFetchedAgainWhenItIsAskedFor(boolean asImages) throws Exception {
        FetchedLayers store = store(asImages);
        ResolvedImage image = image("image");
        ensure(store, image);
        later(Duration.ofHours(1));
        store.makeRoom(MARK, () -> 99, Set.of());
        assertThat(here()).isEmpty();
        assertThat(ensure(store, image).path().resolve("name")).hasContent("image");
        assertThat(fetched).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.part", "0.1.gone"})
    void whatAnAgentCouldNotDeleteTheNextOneDeletes(String name) throws Exception {
        Path left = Files.createDirectories(folder.resolve("data/layers").resolve(name).resolve("a/b")).getParent().getParent();
        store(false);
        assertThat(left).doesNotExist();
    }

    private FetchedLayers store(boolean asImages) throws IOException {
        LayerDisk disk = new LayerDisk(Files.createDirectories(folder.resolve("data")), asImages, LayerLimits.DEFAULT, () -> Long.MAX_VALUE, 1 << 20);
        FetchedLayers store = new FetchedLayers(this::fetch, disk, WireLedger.in(folder.resolve("wire"), now), () -> now);
        open.add(store);
        return store;
    }

    private InputStream fetch(Digest blob) {
        fetched.add(blob);
        return new ByteArrayInputStream(blobs.get(blob));
    }

    /** Of one layer, with one file that says its name. */
    private ResolvedImage image(String name) throws Exception {
        byte[] tar = new LayerIT.Tar().file("name", name).bytes();
        Digest digest = LayerIT.sha(tar);
        blobs.put(digest, tar);
        ResolvedImage.Layer layer = new ResolvedImage.Layer(digest, digest, new Bytes(tar.length), "application/vnd.oci.image.layer.v1.tar");
        return new ResolvedImage(ImageRef.parse(name), digest, digest, ImageConfig.EMPTY, List.of(layer), "amd64", Bytes.ZERO, now);
    }

    private static Digest layer(ResolvedImage image) {
        return image.layers().getFirst().diffId();
    }

    private static Layer ensure(FetchedLayers store, ResolvedImage image) {
        return store.ensure(image).toCompletableFuture().join().getFirst();
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    /** One value after the other, the last for good. */
    private static Eviction.Fullness falling(double... percents) {
        int[] next = {0};
        return () -> percents[Math.min(next[0]++, percents.length - 1)];
    }

    /** What the disk has of layers: their names, without endings, each once. */
    private List<String> here() throws IOException {
        try (var found = Files.list(folder.resolve("data/layers"))) {
            return found.map(path -> path.getFileName().toString().replaceAll("\\..*", "")).distinct().toList();
        }
    }
}
