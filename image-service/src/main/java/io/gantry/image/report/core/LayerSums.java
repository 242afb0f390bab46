package io.gantry.image.report.core;

import io.gantry.contracts.spec.ResolvedImage.Layer;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What layers of several images take, in bytes as stored.
 *
 * @param stored each layer once
 * @param referenced if each image had layers of its own
 */
public record LayerSums(int images, long stored, long referenced) {
    public static LayerSums of(List<ImageView> all) {
        Map<Digest, Long> sizes = new HashMap<>();
        long referenced = 0;
        for (ImageView each : all) {
            Set<Digest> seen = new HashSet<>();
            for (Layer layer : each.image().layers()) {
                if (seen.add(layer.blob())) {
                    sizes.put(layer.blob(), layer.size().value());
                    referenced += layer.size().value();
                }
            }
        }
        return new LayerSums(all.size(), sizes.values().stream().mapToLong(Long::longValue).sum(), referenced);
    }
}
