package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that ask for more than they may have, or are broken: each is named with what is wrong, and leaves nothing. */
class LayerLimitIT {
    private static final LayerLimits LIMITS = new LayerLimits(Bytes.mebi(8), 20, Bytes.mebi(100));
    private static final long PLENTY = 1L << 40;

    private static final long HEAP = 1 << 20;

    @TempDir Path data;

    /** Whether layers are kept as images. */
    boolean asImages() {
        return false;
    }

    @Test
    void aSmallBlobThatUnpacksToMuchIsGivenUpAtTheLimit() throws Exception {
        byte[] tar = tarOf(file("zeros", new byte[16 << 20]));
        byte[] blob = gzip(tar);
        assertThat(blob.length).isLessThan(100_000);
        Observed.Failure failure = failure(tar, blob, PLENTY);
        assertThat(failure.detail())
                .isEqualTo("layer " + sha(tar) + ": it unpacks to more than the 8 MiB that a layer may have (its blob has " + new Bytes(blob.length) + ")");
        assertThat(failure.errno()).isEqualTo(27);
        assertThat(failure.hint()).contains("smaller layers");
    }

    @Test
    void whatStandsBehindTheArchivesEndCountsToo() throws Exception {
        byte[] tar = Arrays.copyOf(tarOf(file("a", new byte[1])), 16 << 20);
        assertThat(failure(tar, gzip(tar), PLENTY).detail()).contains("more than the 8 MiB");
    }

    @Test
    void aLayerOfTooManyFilesIsGivenUp() throws Exception {
        TarEntry[] many = new TarEntry[21];
        Arrays.setAll(many, i -> TarEntry.folder("f" + i, 0755, 0, 0, Instant.EPOCH));
        byte[] tar = tarOf(many);
        assertThat(failure(tar, gzip(tar), PLENTY).detail()).contains("it has more than the 20 files that a layer may have (its blob has ");
    }

    @Test
    void aLayerLeavesRoomOnTheDisk() throws Exception {
        byte[] tar = tarOf(file("a", new byte[1]));
        Observed.Failure failure = failure(tar, gzip(tar), 3 << 20);
        assertThat(failure.errno()).isEqualTo(28);
        assertThat(failure.detail()).contains("3 MiB of the node's disk are free, and at least 100 MiB are left");
        assertThat(failure.hint()).isEqualTo("free room on the disk of " + data.resolve("layers"));
    }

    @Test
    void aBlobThatEndsInTheMiddleSaysSo() throws Exception {
        byte[] tar = tarOf(file("a", "some text".getBytes(StandardCharsets.UTF_8)));
        byte[] blob = gzip(tar);
        for (int end : List.of(blob.length / 2, blob.length - 4)) {
            assertThat(failure(tar, Arrays.copyOf(blob, end), PLENTY).detail())
                    .isEqualTo("layer " + sha(tar) + ": its compressed data ends in the middle: whoever made the blob didn't write all of it");
        }
    }

    @Test
    void anAttributeThatCannotBeSetIsNamedWithItsFile() throws Exception {
        byte[] tar = tarOf(new TarEntry("bin/x", TarEntry.Kind.FILE, 0755, 0, 0, 0, Instant.EPOCH, "", 0, 0, Map.of("nonsense", new byte[1])));
        Observed.Failure failure = failure(tar, gzip(tar), PLENTY);
        assertThat(failure.detail()).endsWith("entry 'bin/x': setxattr nonsense bin/x: EOPNOTSUPP (Operation not supported)");
        assertThat(failure.errno()).isEqualTo(95);
    }

    @Test
    void anImageWithoutLayersHasTheEmptyOne() throws Exception {
        ResolvedImage image = new ResolvedImage(ImageRef.parse("x"), sha(new byte[0]), sha(new byte[0]), ImageConfig.EMPTY, List.of(), "amd64", Bytes.ZERO, Instant.EPOCH);
        try (FetchedLayers store = store(new byte[0], PLENTY)) {
            for (int i = 0; i < 2; i++) {
                Layer layer = store.ensure(image).toCompletableFuture().join().getFirst();
                assertThat(layer.name()).isEqualTo(sha(new byte[1024]));
                assertThat(layer.path()).isEmptyDirectory();
            }
        }
    }

    private Observed.Failure failure(byte[] tar, byte[] blob, long free) throws Exception {
        var layer = new ResolvedImage.Layer(sha(tar), sha(blob), new Bytes(blob.length), "application/vnd.oci.image.layer.v1.tar+gzip");
        ResolvedImage image =
                new ResolvedImage(ImageRef.parse("x"), sha(tar), sha(blob), ImageConfig.EMPTY, List.of(layer), "amd64", Bytes.ZERO, Instant.EPOCH);
        Observed.Failure[] failure = new Observed.Failure[1];
        try (FetchedLayers store = store(blob, free)) {
            assertThatThrownBy(() -> store.ensure(image).toCompletableFuture().join())
                    .isInstanceOfSatisfying(CompletionException.class, e -> failure[0] = LayerFailure.behind(e).failure());
        }
        assertThat(data.resolve("layers")).isEmptyDirectory();
        return failure[0];
    }

    private FetchedLayers store(byte[] blob, long free) throws IOException {
        return new FetchedLayers(_ -> new ByteArrayInputStream(blob), new LayerDisk(data, asImages(), LIMITS, () -> free, HEAP), WireLedger.in(data.resolveSibling("wire"), Instant.EPOCH), Clock.systemUTC());
    }

    private record Body(TarEntry entry, byte[] content) {}

    private static Body file(String name, byte[] content) {
        return new Body(TarEntry.file(name, 0644, 0, 0, content.length, Instant.EPOCH), content);
    }

    private static byte[] tarOf(TarEntry... entries) throws IOException {
        return tarOf(Arrays.stream(entries).map(entry -> new Body(entry, new byte[0])).toArray(Body[]::new));
    }

    private static byte[] tarOf(Body... bodies) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (Body body : bodies) {
                writer.add(body.entry(), new ByteArrayInputStream(body.content()));
            }
        }
        return out.toByteArray();
    }

    private static Digest sha(byte[] bytes) throws Exception {
        return Digest.ofHex(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
