package io.gantry.image.content;

import io.gantry.contracts.unit.Digest;
import java.nio.file.Path;

/** Where things lie: {@code blobs/sha256/<ab>/<hex>}, {@code uploads/<id>} and {@code removed/<hex>}, and what archives and builds are unpacked to, below one folder. */
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

    /** What is unpacked of archives, a folder for each. */
    public Path loads() {
        return root.resolve("loads");
    }

    /** What builds need while they run, a folder for each. */
    public Path builds() {
        return root.resolve("builds");
    }

    public Path upload(String id) {
        return uploads().resolve(id);
    }
}
