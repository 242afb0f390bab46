package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How much of what images are made of lies there once, and how much of each is of others, too. In bytes, as layers are stored. */
public final class LayerSizes {
    private final Map<Digest, Long> sizes = new HashMap<>();
    private final Map<Digest, Integer> images = new HashMap<>();

    public LayerSizes(List<ImageView> all) {
        for (ImageView view : all) {
            view.image().layers().forEach(layer -> sizes.put(layer.blob(), layer.size().value()));
            view.image().layers().stream().map(ResolvedImage.Layer::blob).distinct().forEach(blob -> images.merge(blob, 1, Integer::sum));
        }
    }

    /** Of all together, each layer once. */
    public long total() {
        return sizes.values().stream().mapToLong(size -> size).sum();
    }

    /** Of one of them. */
    public long shared(ImageView view) {
        return view.image().layers().stream().map(ResolvedImage.Layer::blob).distinct().filter(blob -> images.get(blob) > 1).mapToLong(sizes::get).sum();
    }
}
