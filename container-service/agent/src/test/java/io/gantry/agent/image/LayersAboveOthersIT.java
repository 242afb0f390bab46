package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.kernel.files.ExtendedAttributes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers whose tars leave out what layers below have, in whichever form they are kept. */
class LayersAboveOthersIT {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path folder;
    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<Digest> fetched = new CopyOnWriteArrayList<>();
    private final Map<Digest, CountDownLatch> held = new ConcurrentHashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private int stacks;

    @AfterEach
    void unmount() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        TestMounts.detachBelow(folder);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aParentThatATarLeavesOutIsAsTheLayersBelowHaveIt(boolean asImages) throws Exception {
        byte[] below = tar().add(guarded("private/"), "").folder("private/deep").file("private/old", "old").bytes();
        byte[] above = tar().file("private/deep/new", "new").file("private/.wh.old", "").file("fresh/file", "x").bytes();
        Path shown = stack(store(asImages), below, above);
        assertThat(attributes(shown.resolve("private"))).isEqualTo("700 1000:1001 2020-02-03T04:05:06Z");
        assertThat(new String(ExtendedAttributes.of(shown.resolve("private")).get("user.note"))).isEqualTo("mine");
        assertThat(shown.resolve("private/deep/new")).hasContent("new");
        assertThat(shown.resolve("private/old")).doesNotExist();
        assertThat(attributes(shown.resolve("fresh"))).startsWith("755 0:0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatGoesThroughALinkOfALayerBelowIsWhereThatLeads(boolean asImages) throws Exception {
        byte[] below = tar().folder("usr").folder("usr/lib").file("usr/lib/old", "old").link("lib", "usr/lib").link("lib64", "/lib").bytes();
        byte[] above = tar().file("lib/new", "new").file("lib64/.wh.old", "").bytes();
        Path shown = stack(store(asImages), below, above);
        assertThat(Files.readSymbolicLink(shown.resolve("lib"))).hasToString("usr/lib");
        assertThat(shown.resolve("usr/lib/new")).hasContent("new");
        assertThat(shown.resolve("usr/lib/old")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFolderThatATarBringsTakesTheLinksPlace(boolean asImages) throws Exception {
        byte[] below = tar().folder("usr").folder("usr/lib").file("usr/lib/old", "old").link("lib", "usr/lib").bytes();
        Path shown = stack(store(asImages), below, tar().folder("lib").file("lib/new", "new").bytes());
        assertThat(Files.isSymbolicLink(shown.resolve("lib"))).isFalse();
        assertThat(shown.resolve("lib/new")).hasContent("new");
        assertThat(shown.resolve("usr/lib/new")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHardLinkNamesAFileOfALayerBelow(boolean asImages) throws Exception {
        byte[] below = tar().folder("bin").add(program("bin/tool"), "body").bytes();
        byte[] above = tar().add(hardLink("other", "bin/tool"), "").bytes();
        Path shown = stack(store(asImages), below, above);
        assertThat(shown.resolve("other")).hasContent("body");
        assertThat(attributes(shown.resolve("other"))).startsWith("4755 12:34");
        assertThat(Files.getAttribute(shown.resolve("other"), "unix:ino")).isEqualTo(Files.getAttribute(shown.resolve("bin/tool"), "unix:ino"));
        assertThatThrownBy(() -> stack(store(asImages), below, tar().add(hardLink("other", "bin/none"), "").bytes()))
                .hasMessageContaining("entry 'other': link other to bin/none: ENOENT");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatALayerHidesIsNotBelowItAnyMore(boolean asImages) throws Exception {
        byte[] below = tar().add(guarded("a/"), "").add(guarded("a/b/"), "").file("a/b/old", "old").add(guarded("c/"), "").file("c/old", "old").bytes();
        byte[] above = tar().file("a/.wh..wh..opq", "").file("a/b/new", "new").file(".wh.c", "").file("c/new", "new").bytes();
        Path shown = stack(store(asImages), below, above);
        assertThat(attributes(shown.resolve("a"))).startsWith("700 1000:1001");
        assertThat(attributes(shown.resolve("a/b"))).startsWith("755 0:0");
        assertThat(attributes(shown.resolve("c"))).startsWith("755 0:0");
        assertThat(names(shown.resolve("a/b"))).containsExactly("new");
        assertThat(names(shown.resolve("c"))).containsExactly("new");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyALayerThatDependsOnThoseBelowIsKeptForEach(boolean asImages) throws Exception {
        FetchedLayers store = store(asImages);
        byte[] one = tar().add(guarded("a/"), "").bytes();
        byte[] two = tar().folder("a").bytes();
        byte[] whole = tar().folder("a").file("a/b", "1").bytes();
        byte[] part = tar().file("a/b", "1").bytes();
        assertThat(ensure(store, one, whole).getLast()).isEqualTo(ensure(store, two, whole).getLast());
        Layer first = ensure(store, one, part).getLast();
        Layer second = ensure(store, two, part).getLast();
        assertThat(attributes(first.path().resolve("a"))).startsWith("700 1000:1001");
        assertThat(attributes(second.path().resolve("a"))).startsWith("755 0:0");
        fetched.clear();
        assertThat(ensure(store, one, part).getLast()).isEqualTo(first);
        assertThat(ensure(store, two, part).getLast()).isEqualTo(second);
        assertThat(ensure(store(asImages), one, part).getLast()).as("the next agent finds it").isEqualTo(first);
        assertThat(fetched).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatDependsOnLayersThatAreStillComingWaitsForThem(boolean asImages) throws Exception {
        byte[] slow = tar().add(guarded("a/"), "").bytes();
        byte[] wrong = tar().file("x", "broken").bytes();
        byte[] part = tar().file("a/b", "1").bytes();
        held.put(LayerIT.sha(slow), new CountDownLatch(1));
        FetchedLayers store = store(asImages);
        var waits = store.ensure(image(slow, part)).toCompletableFuture();
        while (!fetched.contains(LayerIT.sha(part))) {
            Thread.sleep(5);
        }
        ResolvedImage broken = image(wrong, part);
        blobs.put(LayerIT.sha(wrong), slow);
        var fails = store.ensure(broken).toCompletableFuture();
        assertThatThrownBy(fails::join).hasMessageContaining("expected sha256:");
        assertThat(waits).isNotDone();
        held.get(LayerIT.sha(slow)).countDown();
        assertThat(attributes(waits.join().getLast().path().resolve("a"))).startsWith("700 1000:1001");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNeededOfSuchALayerStaysWhenTheDiskIsFull(boolean asImages) throws Exception {
        FetchedLayers store = store(asImages);
        ResolvedImage image = image(tar().folder("a").bytes(), tar().file("a/b", "1").bytes());
        Layer above = store.ensure(image).toCompletableFuture().join().getLast();
        now = NOW.plusSeconds(3600);
        assertThat(store.makeRoom(85, () -> 99, FetchedLayers.names(image))).isEmpty();
        assertThat(store.makeRoom(85, () -> 99, Set.of(image.layers().getFirst().diffId()))).containsExactly(above.name());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLayerThatAnImageHasTwiceIsStackedOnceWhereTheUpperOneIs(boolean asImages) throws Exception {
        byte[] twice = tar().folder("a").file("a/x", "first").file("a/.wh.hidden", "").bytes();
        byte[] between = tar().folder("a").file("a/x", "other").file("a/y", "stays").file("a/hidden", "no").bytes();
        byte[] nothing = tar().bytes();
        FetchedLayers store = store(asImages);
        assertThat(ensure(store, nothing, twice, between, nothing, twice, nothing)).extracting(Layer::name).containsExactly(LayerIT.sha(between), LayerIT.sha(twice), LayerIT.sha(nothing));
        Path shown = stack(store, nothing, twice, between, nothing, twice, nothing);
        assertThat(shown.resolve("a/x")).hasContent("first");
        assertThat(shown.resolve("a/y")).hasContent("stays");
        assertThat(shown.resolve("a/hidden")).doesNotExist();
    }

    private Instant now = NOW;

    private FetchedLayers store(boolean asImages) throws IOException {
        LayerDisk disk = new LayerDisk(Files.createDirectories(folder.resolve("data")), asImages, LayerLimits.DEFAULT, () -> Long.MAX_VALUE, 1 << 20);
        FetchedLayers store = new FetchedLayers(this::fetch, disk, WireLedger.in(folder.resolve("wire"), now), () -> now);
        open.add(store);
        return store;
    }

    private InputStream fetch(Digest blob) throws IOException {
        fetched.add(blob);
        CountDownLatch gate = held.get(blob);
        if (gate != null) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        return new ByteArrayInputStream(blobs.get(blob));
    }

    private List<Layer> ensure(FetchedLayers store, byte[]... tars) throws Exception {
        return store.ensure(image(tars)).toCompletableFuture().join();
    }

    /** Where all of it shows. */
    private Path stack(FetchedLayers store, byte[]... tars) throws Exception {
        List<Path> paths = ensure(store, tars).stream().map(Layer::path).toList();
        Path place = Files.createDirectory(folder.resolve("shown-" + stacks++));
        TestMounts.stack(paths, place);
        return place;
    }

    private ResolvedImage image(byte[]... tars) throws Exception {
        List<ResolvedImage.Layer> layers = new ArrayList<>();
        for (byte[] tar : tars) {
            Digest digest = LayerIT.sha(tar);
            blobs.put(digest, tar);
            layers.add(new ResolvedImage.Layer(digest, digest, new Bytes(tar.length), "application/vnd.oci.image.layer.v1.tar"));
        }
        Digest any = layers.getFirst().diffId();
        return new ResolvedImage(ImageRef.parse("x"), any, any, ImageConfig.EMPTY, layers, "amd64", Bytes.ZERO, NOW);
    }

    private static LayerIT.Tar tar() {
        return new LayerIT.Tar();
    }

    private static TarArchiveEntry guarded(String name) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_DIR);
        entry.setMode(0700);
        entry.setIds(1000, 1001);
        entry.setLastModifiedTime(java.nio.file.attribute.FileTime.from(Instant.parse("2020-02-03T04:05:06Z")));
        entry.addPaxHeader("SCHILY.xattr.user.note", "mine");
        return entry;
    }

    private static TarArchiveEntry program(String name) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setMode(04755);
        entry.setIds(12, 34);
        entry.setSize(4);
        return entry;
    }

    private static TarArchiveEntry hardLink(String name, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
        entry.setLinkName(target);
        return entry;
    }

    private static String attributes(Path path) throws IOException {
        Map<String, Object> stat = Files.readAttributes(path, "unix:mode,uid,gid,lastModifiedTime");
        return "%o %s:%s %s".formatted((int) stat.get("mode") & 07777, stat.get("uid"), stat.get("gid"), stat.get("lastModifiedTime"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (var found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString()).toList();
        }
    }
}
