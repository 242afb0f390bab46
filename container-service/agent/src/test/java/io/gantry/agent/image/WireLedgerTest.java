package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.image.WireLedger.Way;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.NodeWire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireLedgerTest {
    private static final Instant BEGIN = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant LATER = BEGIN.plusSeconds(3600);

    @TempDir Path folder;
    private final Map<Digest, byte[]> blobs = new HashMap<>();

    @ParameterizedTest
    @CsvSource({"'',0", "a,1", "'a b',3", "'a b c',7", "c,4", "chain-b,2", "'a chain-b chain-c',7", "other,0"})
    void whatIsHereOfAnImageIsCountedByWhicheverNameItIsKept(String kept, long bytes) {
        List<ResolvedImage.Layer> image = List.of(layer("a", 1), layer("b", 2), layer("c", 4));
        List<Digest> chain = Chain.names(image);
        Map<String, Digest> names = Map.of("a", sha("a"), "b", sha("b"), "c", sha("c"), "chain-b", chain.get(1), "chain-c", chain.get(2), "other", sha("other"));
        assertThat(WireLedger.present(image, Set.copyOf(Arrays.stream(kept.split(" ")).filter(names::containsKey).map(names::get).toList()))).isEqualTo(bytes);
    }

    @Test
    void theNextAgentCountsOn() throws Exception {
        WireLedger first = WireLedger.in(folder.resolve("wire"), BEGIN);
        for (Way way : Way.values()) {
            first.add(way, 1 + way.ordinal());
        }
        first.counting(Way.FROM_NODES, new ByteArrayInputStream(new byte[100])).readAllBytes();
        first.keep();
        first.add(Way.TO_NODES, 1000);
        WireLedger next = WireLedger.in(folder.resolve("wire"), LATER);
        assertThat(next.figures()).as("but for what the first didn't write down").isEqualTo(NodeWire.of(BEGIN, 1, 102, 3, 4, 5));
        next.add(Way.FROM_REGISTRY, 10);
        assertThat(next.figures()).isEqualTo(NodeWire.of(BEGIN, 11, 102, 3, 4, 5));
        assertThat(next.figures().saved()).isEqualTo(new Bytes(111));
    }

    @Test
    void whatCannotBeReadIsCountedAnew() throws Exception {
        Files.writeString(folder.resolve("wire"), "{\"since\":");
        assertThat(WireLedger.in(folder.resolve("wire"), LATER).figures()).isEqualTo(NodeWire.of(LATER, 0, 0, 0, 0, 0));
    }

    @Test
    void layersThatAreHereAreCountedOnceForEachImageThatComes() throws Exception {
        WireLedger wire = WireLedger.in(folder.resolve("wire"), BEGIN);
        LayerDisk disk = new LayerDisk(Files.createDirectories(folder.resolve("data")), false, LayerLimits.DEFAULT, () -> Long.MAX_VALUE, 1 << 20);
        try (FetchedLayers layers = new FetchedLayers(blob -> new ByteArrayInputStream(blobs.get(blob)), disk, wire, Clock.systemUTC())) {
            ResolvedImage.Layer base = made("base");
            ResolvedImage first = image(base, made("first"));
            ResolvedImage second = image(base, made("second"), made("third"));
            bring(layers, first);
            assertThat(present(wire)).as("all of it was fetched").isZero();
            bring(layers, second, second);
            assertThat(present(wire)).as("two ask for it, and it comes once").isEqualTo(base.size().value());
            bring(layers, first, second);
            assertThat(present(wire)).as("nothing comes").isEqualTo(base.size().value());
        }
    }

    private static long present(WireLedger wire) {
        return wire.figures().present().value();
    }

    private static void bring(FetchedLayers layers, ResolvedImage... images) {
        List<CompletableFuture<List<Layer>>> all = Arrays.stream(images).map(image -> layers.ensure(image).toCompletableFuture()).toList();
        all.forEach(CompletableFuture::join);
    }

    private ResolvedImage.Layer made(String name) throws IOException {
        byte[] tar = new LayerIT.Tar().file("name", name).bytes();
        Digest digest = Digest.ofHex(HexFormat.of().formatHex(DigestCheck.sha256().digest(tar)));
        blobs.put(digest, tar);
        return new ResolvedImage.Layer(digest, digest, new Bytes(tar.length), "application/vnd.oci.image.layer.v1.tar");
    }

    private static ResolvedImage image(ResolvedImage.Layer... layers) {
        Digest digest = layers[layers.length - 1].diffId();
        return new ResolvedImage(ImageRef.parse("x"), digest, digest, ImageConfig.EMPTY, List.of(layers), "amd64", Bytes.ZERO, BEGIN);
    }

    private static ResolvedImage.Layer layer(String name, long size) {
        return new ResolvedImage.Layer(sha(name), sha("blob of " + name), new Bytes(size), "application/vnd.oci.image.layer.v1.tar");
    }

    private static Digest sha(String text) {
        return Digest.ofHex(HexFormat.of().formatHex(DigestCheck.sha256().digest(text.getBytes())));
    }
}
