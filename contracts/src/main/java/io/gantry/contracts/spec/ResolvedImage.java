package io.gantry.contracts.spec;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.time.Instant;
import java.util.List;

/**
 * An image pinned by digest, with all that an agent needs to run it.
 *
 * @param reference as it was asked for
 * @param manifest digest of the manifest
 * @param id digest of the configuration; what Docker calls the image id
 * @param layers lowest first
 * @param size sum of the layers as stored (compressed)
 */
public record ResolvedImage(
        ImageRef reference,
        Digest manifest,
        Digest id,
        ImageConfig config,
        List<Layer> layers,
        String architecture,
        Bytes size,
        Instant created) {
    /**
     * @param diffId digest of the uncompressed tar: the layer's identity on disk
     * @param blob digest of the stored blob
     * @param mediaType says how the blob is compressed: ends in {@code tar}, {@code tar+gzip} or {@code tar+zstd}
     *     (or Docker's {@code .tar.gzip})
     */
    public record Layer(Digest diffId, Digest blob, Bytes size, String mediaType) {}

    public ResolvedImage {
        layers = List.copyOf(layers);
    }

    public ResolvedImage withReference(ImageRef other) {
        return new ResolvedImage(other, manifest, id, config, layers, architecture, size, created);
    }
}
