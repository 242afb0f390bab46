package io.gantry.image.content;

import io.gantry.contracts.unit.Digest;
import java.nio.file.Path;

/** Where things lie: {@code blobs/sha256/<ab>/<hex>}, {@code uploads/<id>} and {@code removed/<hex>}, below one folder. */
public record BlobPaths(Path root) {
    public Path blob(Digest digest) {
        return root.resolve("blobs/sha256").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    }

    public Path uploads() {
        return root.resolve("uploads");
    }

    /** What is no blob any more and will be gone soon. */
    public Path removed() {
        return root.resolve("removed");
    }

    public Path upload(String id) {
        return uploads().resolve(id);
    }
}
