package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.kernel.files.ExtendedAttributes;
import io.gantry.kernel.files.TreeWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers on a real file system, as root: owners, devices and attributes are real. */
class LayerIT {
    private static final Instant TIME = Instant.parse("2020-02-03T04:05:06Z");

    static final long LARGE = 1 << 20;

    @TempDir Path folder;
    private Path root;
    private Path outside;

    /** Whether layers are kept as images. */
    boolean asImages() {
        return false;
    }

    @BeforeEach
    void makeFolders() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
    }

    @Test
    void keepsOwnersModesTimesAndAttributes() throws Exception {
        TarArchiveEntry program = file("usr/bin/su", 4);
        program.setMode(04755);
        program.setIds(12, 34);
        program.setLastModifiedTime(FileTime.from(TIME));
        program.addPaxHeader("SCHILY.xattr.user.note", "hello");
        unpack(new Tar().folder("usr").folder("usr/bin").add(program, "body"));
        Path made = root.resolve("usr/bin/su");
        assertThat(Files.getAttribute(made, "unix:mode")).isEqualTo(0104755);
        assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(12);
        assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(34);
        assertThat(Files.getLastModifiedTime(made).toInstant()).isEqualTo(TIME);
        assertThat(new String(ExtendedAttributes.of(made).get("user.note"), StandardCharsets.UTF_8)).isEqualTo("hello");
        assertThat(Files.readString(made)).isEqualTo("body");
    }

    @Test
    void aFolderKeepsItsTimeThoughFilesAreMadeInIt() throws Exception {
        unpack(new Tar().folder("etc").file("etc/passwd", "root"));
        assertThat(Files.getLastModifiedTime(root.resolve("etc")).toInstant()).isEqualTo(TIME);
    }

    @Test
    void whiteoutsAndOpaqueFoldersBecomeOverlaysOwn() throws Exception {
        unpack(new Tar().folder("etc").file("etc/.wh.shadow", "").folder("var").file("var/.wh..wh..opq", ""));
        assertThat((int) Files.getAttribute(root.resolve("etc/shadow"), "unix:mode") & 0xf000).isEqualTo(0x2000);
        assertThat(Files.getAttribute(root.resolve("etc/shadow"), "unix:rdev")).isEqualTo(0L);
        assertThat(ExtendedAttributes.of(root.resolve("var")).get("trusted.overlay.opaque")).containsExactly('y');
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/made", "a/../../outside/made", "..", "a/..", ".wh...", "a/.wh..", "../.wh.secret"})
    void aPathThatClimbsIsRefused(String path) throws Exception {
        assertThatThrownBy(() -> unpack(new Tar().file(path, "x"))).isInstanceOf(IOException.class);
        assertOutsideUntouched();
    }

    @Test
    void anAbsolutePathStaysInside() throws Exception {
        unpack(new Tar().file("/etc/made", "x"));
        assertThat(root.resolve("etc/made")).exists();
    }

    @Test
    void aLinkToTheOutsideLeadsNowhere() throws Exception {
        for (String target : List.of(outside.toString(), "../outside", "../../../../../../.." + outside)) {
            assertThatThrownBy(() -> unpack(new Tar().link("way", target).file("way/secret", "overwritten")))
                    .hasMessage("entry 'way/secret': open way: ENOENT (No such file or directory)");
            assertOutsideUntouched();
        }
    }

    @Test
    void anAbsoluteLinkMeansTheRootItIsIn() throws Exception {
        unpack(new Tar().folder("real").link("way", "/real").file("way/made", "x"));
        assertThat(root.resolve("real/made")).hasContent("x");
    }

    @Test
    void aFileReplacesALinkInsteadOfWritingThroughIt() throws Exception {
        unpack(new Tar().link("way", outside.resolve("secret").toString()).file("way", "mine"));
        assertThat(Files.isSymbolicLink(root.resolve("way"))).isFalse();
        assertOutsideUntouched();
    }

    @Test
    void aLinkThatReplacesAFolderTakesEffectAtOnce() throws Exception {
        unpack(new Tar().folder("real").folder("way").link("way", "real").file("way/made", "x"));
        assertThat(root.resolve("real/made")).exists();
    }

    @Test
    void whatTakesALinksPlaceIsNotGoneThrough() throws Exception {
        assertThatThrownBy(() -> unpack(new Tar().link("way", "/").file("way/first", "x").file("way", "y").file("other", "z").file("way/second", "x")))
                .hasMessage("entry 'way/second': open way: ENOTDIR (Not a directory)");
    }

    @Test
    void aHardLinkToTheOutsideIsRefused() throws Exception {
        TarArchiveEntry link = new TarArchiveEntry("stolen", TarConstants.LF_LINK);
        link.setLinkName("../outside/secret");
        assertThatThrownBy(() -> unpack(new Tar().add(link, ""))).isInstanceOf(IOException.class);
        TarArchiveEntry through = new TarArchiveEntry("stolen", TarConstants.LF_LINK);
        through.setLinkName("way/secret");
        assertThatThrownBy(() -> unpack(new Tar().link("way", outside.toString()).add(through, ""))).isInstanceOf(IOException.class);
        assertThat(root.resolve("stolen")).doesNotExist();
    }

    @Test
    void aTarCannotSetOverlaysOwnMarks() throws Exception {
        TarArchiveEntry entry = new TarArchiveEntry("a/", TarConstants.LF_DIR);
        entry.addPaxHeader("SCHILY.xattr.trusted.overlay.redirect", "/etc");
        unpack(new Tar().add(entry, ""));
        assertThat(ExtendedAttributes.of(root.resolve("a"))).isEmpty();
    }

    @Test
    void attributesAreBytesNotText() throws Exception {
        byte[] setuid = {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] tar = tarOf(new TarEntry("bin", TarEntry.Kind.FILE, 0755, 0, 0, 0, TIME, "", 0, 0, Map.of("security.capability", setuid)));
        unpack(tar);
        assertThat(ExtendedAttributes.of(root.resolve("bin")).get("security.capability")).isEqualTo(setuid);
        ByteArrayOutputStream diff = new ByteArrayOutputStream();
        LayerDiff.write(root, diff);
        assertThat(diff.toByteArray()).isEqualTo(tar);
    }

    @Test
    void timesKeepTheirNanoseconds() throws Exception {
        Instant fine = TIME.plusNanos(123_456_789);
        unpack(tarOf(TarEntry.folder("a", 0755, 0, 0, fine), TarEntry.file("a/b", 0644, 0, 0, 0, fine)));
        assertThat(Files.getLastModifiedTime(root.resolve("a")).toInstant()).isEqualTo(fine);
        assertThat(Files.getLastModifiedTime(root.resolve("a/b")).toInstant()).isEqualTo(fine);
    }

    @Test
    void whatALayerBringsIsNotHiddenByItsOwnWhiteout() throws Exception {
        unpack(new Tar().file("a", "kept").file(".wh.a", "").folder("b").file("b/c", "kept").file(".wh.b", "").file(".wh.d", "").folder("d"));
        assertThat(root.resolve("a")).hasContent("kept");
        assertThat(root.resolve("b/c")).hasContent("kept");
        assertThat(ExtendedAttributes.of(root.resolve("b"))).containsKey("trusted.overlay.opaque");
        assertThat(ExtendedAttributes.of(root.resolve("d"))).containsKey("trusted.overlay.opaque");
    }

    @Test
    void aLinkInThePlaceOfWhatTheLayerDeletesIsGoneThrough() throws Exception {
        unpack(new Tar().folder("real").file(".wh.way", "").link("way", "real").file("way/made", "x"));
        assertThat(root.resolve("real/made")).hasContent("x");
        assertThat(Files.isSymbolicLink(root.resolve("way"))).isTrue();
    }

    @Test
    void aStreamOfSeveralGzipMembersIsOneLayer() throws Exception {
        byte[] tar = new Tar().file("a", "1").file("b", "2").bytes();
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        blob.write(gzip(Arrays.copyOf(tar, 700)));
        blob.write(gzip(Arrays.copyOfRange(tar, 700, tar.length)));
        try (FetchedLayers store = store(_ -> new ByteArrayInputStream(blob.toByteArray()))) {
            Layer layer = store.ensure(image(tar, blob.toByteArray())).toCompletableFuture().join().getFirst();
            assertThat(layer.path().resolve("b")).hasContent("2");
        }
    }

    @Test
    void theDiffOfAnUnpackedLayerIsThatLayer() throws Exception {
        byte[] tar =
                new Tar()
                        .folder("etc").file("etc/.wh.gone", "").file("etc/name with ü", "text").link("etc/way", "../x")
                        .folder("opaque").file("opaque/.wh..wh..opq", "").file("opaque/a", "1")
                        .bytes();
        unpack(tar);
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        LayerDiff.write(root, first);
        Path again = Files.createDirectory(folder.resolve("again"));
        unpack(first.toByteArray(), again);
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        LayerDiff.write(again, second);
        assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
        assertThat(listing(again)).isEqualTo(listing(root));
    }

    @Test
    void aLayerIsFetchedOnceHoweverManyWaitForIt() throws Exception {
        byte[] tar = new Tar().file("a", "1").bytes();
        byte[] blob = gzip(tar);
        AtomicInteger fetched = new AtomicInteger();
        try (FetchedLayers store = store(_ -> {
            fetched.incrementAndGet();
            return new ByteArrayInputStream(blob);
        })) {
            ResolvedImage image = image(tar, blob);
            var all = IntStream.range(0, 20).mapToObj(_ -> store.ensure(image)).toList();
            for (var one : all) {
                assertThat((one.toCompletableFuture().join().getFirst()).path().resolve("a")).hasContent("1");
            }
        }
        assertThat(fetched).hasValue(1);
    }

    @Test
    void aLayerWithTheWrongContentIsRefusedAndNothingOfItStays() throws Exception {
        byte[] tar = new Tar().file("a", "1").bytes();
        byte[] blob = gzip(tar);
        byte[] other = gzip(new Tar().file("a", "2").bytes());
        try (FetchedLayers store = store(_ -> new ByteArrayInputStream(other))) {
            assertThatThrownBy(() -> store.ensure(image(tar, blob)).toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("expected sha256:");
        }
        try (var left = Files.list(folder.resolve("data/layers"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aBrokenFetchIsTriedAgainByTheNextWhoAsks() throws Exception {
        byte[] tar = new Tar().file("a", "1").bytes();
        byte[] blob = gzip(tar);
        AtomicInteger attempts = new AtomicInteger();
        try (FetchedLayers store = store(_ -> {
            if (attempts.getAndIncrement() == 0) {
                throw new IOException("connection reset");
            }
            return new ByteArrayInputStream(blob);
        })) {
            assertThatThrownBy(() -> store.ensure(image(tar, blob)).toCompletableFuture().join()).hasMessageContaining("connection reset");
            assertThat(store.ensure(image(tar, blob)).toCompletableFuture().join()).hasSize(1);
        }
    }

    @Test
    void whatACrashLeftHalfIsRemovedAtTheNextStart() throws Exception {
        Path half = Files.createDirectories(folder.resolve("data/layers/" + "ab".repeat(32) + ".part/etc"));
        Files.writeString(half.resolve("passwd"), "half");
        try (FetchedLayers _ = store(_ -> null); var left = Files.list(folder.resolve("data/layers"))) {
            assertThat(left).isEmpty();
        }
    }

    FetchedLayers store(BlobSource source, long heap) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        return new FetchedLayers(source, new LayerDisk(data, asImages(), LayerLimits.DEFAULT, () -> Long.MAX_VALUE, heap), WireLedger.in(folder.resolve("wire"), Instant.EPOCH), Clock.systemUTC());
    }

    private FetchedLayers store(BlobSource source) throws IOException {
        return store(source, LARGE);
    }

    static ResolvedImage image(byte[] tar, byte[] blob) throws Exception {
        ResolvedImage.Layer layer =
                new ResolvedImage.Layer(sha(tar), sha(blob), new Bytes(blob.length), "application/vnd.oci.image.layer.v1.tar+gzip");
        return new ResolvedImage(ImageRef.parse("x"), sha(tar), sha(blob), ImageConfig.EMPTY, List.of(layer), "amd64", Bytes.ZERO, TIME);
    }

    private static byte[] tarOf(TarEntry... entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (TarEntry entry : entries) {
                writer.add(entry);
            }
        }
        return out.toByteArray();
    }

    private void unpack(Tar tar) throws IOException {
        unpack(tar.bytes());
    }

    private void unpack(byte[] tar) throws IOException {
        unpack(tar, root);
    }

    void unpack(byte[] tar, Path into) throws IOException {
        LayerBudget budget = new LayerBudget(new ByteArrayInputStream(tar), LayerLimits.DEFAULT, () -> Long.MAX_VALUE);
        try (TreeWriter files = new TreeWriter(into)) {
            LayerTar.unpack(budget, budget, new FolderTree(files), Below.NOTHING);
        }
    }

    private void assertOutsideUntouched() throws IOException {
        assertThat(outside.resolve("secret")).hasContent("secret");
        try (var files = Files.list(outside)) {
            assertThat(files).hasSize(1);
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("root", "outside");
        }
    }

    private static List<String> listing(Path root) throws IOException {
        List<String> lines = new ArrayList<>();
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted().skip(1).toList()) {
                Map<String, Object> stat = Files.readAttributes(path, "unix:mode,uid,gid,rdev,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
                boolean mark = ((int) stat.get("mode") & 0xf000) == 0x2000;
                lines.add(root.relativize(path) + " " + stat.get("mode") + " " + stat.get("uid") + " " + stat.get("rdev")
                        + (mark ? "" : " " + stat.get("lastModifiedTime")));
            }
        }
        return lines;
    }

    private static TarArchiveEntry file(String name, int size) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(size);
        entry.setLastModifiedTime(FileTime.from(TIME));
        return entry;
    }

    static Digest sha(byte[] bytes) throws Exception {
        return Digest.ofHex(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /** A tar in the making. */
    static final class Tar {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");

        Tar() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        }

        Tar folder(String name) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name + "/", TarConstants.LF_DIR);
            entry.setLastModifiedTime(FileTime.from(TIME));
            return add(entry, "");
        }

        Tar file(String name, String body) throws IOException {
            return add(LayerIT.file(name, body.getBytes(StandardCharsets.UTF_8).length), body);
        }

        Tar link(String name, String target) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(target);
            entry.setLastModifiedTime(FileTime.from(TIME));
            return add(entry, "");
        }

        Tar add(TarArchiveEntry entry, String body) throws IOException {
            tar.putArchiveEntry(entry);
            tar.write(body.getBytes(StandardCharsets.UTF_8));
            tar.closeArchiveEntry();
            return this;
        }

        byte[] bytes() throws IOException {
            tar.finish();
            return out.toByteArray();
        }
    }
}
