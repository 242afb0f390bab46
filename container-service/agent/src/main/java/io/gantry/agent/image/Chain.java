package io.gantry.agent.image;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A layer in an image, above those below it, which may still be on their way. */
final class Chain implements Below {
    private final List<ResolvedImage.Layer> image;
    private final CompletableFuture<Layer>[] coming;
    private final int number;
    private boolean asked;
    private Below below;

    /**
     * @param coming of the same image
     * @param number of the layer; 0 is the lowest
     */
    Chain(List<ResolvedImage.Layer> image, CompletableFuture<Layer>[] coming, int number) {
        this.image = image;
        this.coming = coming;
        this.number = number;
    }

    List<ResolvedImage.Layer> image() {
        return image;
    }

    ResolvedImage.Layer layer() {
        return image.get(number);
    }

    /** What the layer is kept by if it depends on those below. */
    Digest name() {
        return names(image.subList(0, number + 1)).getLast();
    }

    /** What the layers of an image may be kept by, besides their diff ids. */
    static List<Digest> names(List<ResolvedImage.Layer> layers) {
        List<Digest> names = new ArrayList<>(layers.size());
        String below = "";
        for (ResolvedImage.Layer layer : layers) {
            Digest name = Digest.ofHex(HexFormat.of().formatHex(DigestCheck.sha256().digest((below + " " + layer.diffId()).getBytes(StandardCharsets.UTF_8))));
            names.add(name);
            below = name.value();
        }
        return names;
    }

    /** Done when all layers below are here; fails if one can't be. */
    CompletableFuture<Void> lower() {
        return CompletableFuture.allOf(Arrays.asList(coming).subList(0, number).toArray(CompletableFuture[]::new));
    }

    /** After it was unpacked: what it is kept by. If what is below was never asked for, it is the same above any others. */
    Digest keptBy() {
        return asked ? name() : layer().diffId();
    }

    /** Whether a layer of this diff id, which somebody else may have asked for, is the one here. */
    boolean takes(Layer brought) {
        return brought.name().equals(layer().diffId()) || brought.name().equals(name());
    }

    @Override
    public Optional<Found> at(String path) throws IOException {
        asked = true;
        if (below == null) {
            List<CompletableFuture<Layer>> lower = Arrays.asList(coming).subList(0, number);
            if (!lower.stream().allMatch(one -> one.state() == Future.State.SUCCESS)) {
                throw new LowerLayersComing();
            }
            below = new StackedLayers(lower.stream().map(one -> one.join().path()).toList());
        }
        return below.at(path);
    }
}
