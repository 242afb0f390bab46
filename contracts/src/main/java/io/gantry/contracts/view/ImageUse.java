package io.gantry.contracts.view;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import java.util.List;
import java.util.stream.Stream;

/**
 * Somebody needs an image. Between services: whoever keeps images asks before it removes any.
 *
 * @param by for people: {@code container web}, {@code deployment shop, revision 3}
 * @param blobs its configuration and layers, as a node fetches them
 */
public record ImageUse(String by, Digest manifest, List<Digest> blobs) {
    public ImageUse {
        blobs = List.copyOf(blobs);
    }

    public static ImageUse of(String by, ResolvedImage image) {
        return new ImageUse(by, image.manifest(), Stream.concat(Stream.of(image.id()), image.layers().stream().map(ResolvedImage.Layer::blob)).distinct().toList());
    }
}
